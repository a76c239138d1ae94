#include "pool/thread_pool.h"

#include <algorithm>
#include <iterator>

namespace gai {
namespace {

// As many as libuv's pool has.
constexpr size_t kUsualThreads = 4;

}  // namespace

// One thread at a time: whatever happens makes no more than one further job runnable.
ThreadPool::IdleThreadPtr ThreadPool::CallIdle(bool may_start) {
  if (idle_.empty() || jobs_.Runnable() <= waking_) return nullptr;
  auto chosen = std::prev(idle_.end());
  if (jobs_.running() == 0 && waking_ == 0) {
    const Cpu here = cpu_();
    const auto near = std::find_if(idle_.rbegin(), idle_.rend(),
                                   [here](const auto& thread) { return thread->cpu == here; });
    const bool is_near = near != idle_.rend();
    const size_t usual = std::min(kUsualThreads, limits_.max);
    if (!is_near && may_start && threads_ < usual && NeedsThread()) return nullptr;
    chosen = is_near ? std::prev(near.base()) : idle_.begin();
  }
  IdleThreadPtr idle = std::move(*chosen);
  idle_.erase(chosen);
  idle->called = true;
  ++waking_;
  return idle;
}

std::vector<ThreadPool::IdleThreadPtr> ThreadPool::CallAllIdle() {
  std::vector<IdleThreadPtr> called;
  called.swap(idle_);
  for (const IdleThreadPtr& idle : called) idle->called = true;
  waking_ += called.size();
  return called;
}

bool ThreadPool::NeedsThread() const {
  const size_t soon = threads_ - idle_.size() - jobs_.running() - jobs_.slow();
  return !closed_ && jobs_.Runnable() > soon && threads_ < limits_.hard_max;
}

// Returns 0, or the errno of a thread that could not be started; what was to be its job is left to
// the others.
int ThreadPool::StartThreads() {
  MutexLock starting(start_mutex_);
  for (;;) {
    size_t number;
    {
      MutexLock lock(mutex_);
      if (!NeedsThread()) return 0;
      ++threads_;
      ++waking_;
      starting_ = true;
      number = ++started_;
    }
    const int error = starter_("addrinfo/" + std::to_string(number),
                               [pool = shared_from_this()] { pool->ThreadMain(); });
    IdleThreadPtr instead;
    {
      MutexLock lock(mutex_);
      starting_ = false;
      if (error == 0) continue;
      --threads_;
      --waking_;
      instead = CallIdle(false);
    }
    if (instead != nullptr) instead->wake.NotifyOne();
    return error;
  }
}

ThreadPool::Submitted ThreadPool::Add(const JobPtr& job, bool hedge, int* error) {
  IdleThreadPtr called;
  bool provided;
  {
    MutexLock lock(mutex_);
    if (!hedge) {
      jobs_.Add(job);
    } else if (!jobs_.AddHedge(job)) {
      return Submitted::kRefused;
    }
    called = CallIdle(true);
    // By a thread that surely exists, that is: sooner or later it takes what waits.
    provided = !NeedsThread() && threads_ > (starting_ ? 1 : 0);
  }
  if (called != nullptr) called->wake.NotifyOne();
  if (provided) return Submitted::kAccepted;
  *error = StartThreads();
  if (*error == 0) return Submitted::kAccepted;
  MutexLock lock(mutex_);
  if (threads_ > 0 || jobs_.StateOf(*job) != CallState::kQueued) return Submitted::kAccepted;
  jobs_.Withdraw(*job);
  return Submitted::kNoThread;
}

CallState ThreadPool::Look(const JobPtr& job, std::chrono::milliseconds* running_for) {
  MutexLock lock(mutex_);
  const CallState state = jobs_.StateOf(*job);
  if (state == CallState::kRunning) *running_for = jobs_.RunningFor(*job);
  return state;
}

CallState ThreadPool::Change(const JobPtr& job, CallState (JobQueue::*change)(Job&)) {
  CallState before;
  IdleThreadPtr called;
  bool provided;
  {
    MutexLock lock(mutex_);
    before = (jobs_.*change)(*job);
    called = CallIdle(true);
    provided = !NeedsThread();
  }
  if (called != nullptr) called->wake.NotifyOne();
  if (!provided) StartThreads();
  return before;
}

void ThreadPool::ThreadMain() {
  const IdleThreadPtr self = std::make_shared<IdleThread>();
  JobPtr job;  // Perhaps the last owner of much: let go of outside the lock.
  MutexLock lock(mutex_);
  --waking_;
  for (;;) {
    if (!closed_ && jobs_.Runnable() > 0) {
      JobPtr next = jobs_.Take();
      lock.Release();
      job = std::move(next);
      job->Run();
      lock.Acquire();
      jobs_.Finish(*job);
    } else if (job != nullptr) {
      lock.Release();
      job.reset();
      lock.Acquire();
    } else if (closed_ || !Sleep(self)) {
      break;
    }
  }
  --threads_;
}

// Returns whether there may be a job: the thread was called, or its idle time was over while one
// waited for a thread that is being started.
bool ThreadPool::Sleep(const IdleThreadPtr& self) {
  self->called = false;
  self->cpu = cpu_();
  idle_.push_back(self);
  const auto leave_at = std::chrono::steady_clock::now() + limits_.idle_timeout;
  mutex_.Unlock();
  at_rest_();
  mutex_.Lock();
  while (!self->called) {
    if (std::chrono::steady_clock::now() < leave_at) {
      self->wake.WaitUntil(mutex_, leave_at);
      continue;
    }
    const bool has_job = jobs_.Runnable() > 0;
    if (has_job || idle_.size() > 1) {
      idle_.erase(std::find(idle_.begin(), idle_.end(), self));
      return has_job;
    }
    self->wake.Wait(mutex_);  // The one that stays.
  }
  --waking_;
  return true;
}

void ThreadPool::SetLimits(Limits limits) {
  std::vector<IdleThreadPtr> called;
  {
    MutexLock lock(mutex_);
    limits_ = limits;
    jobs_.SetLimits(limits);
    // Each comes to the queue, and sleeps again under the new idle time if it finds nothing.
    called = CallAllIdle();
  }
  for (const IdleThreadPtr& idle : called) idle->wake.NotifyOne();
  StartThreads();
}

ThreadPool::Stats ThreadPool::stats() {
  MutexLock lock(mutex_);
  Stats stats;
  stats.limits = limits_;
  stats.threads = threads_;
  stats.running = jobs_.running();
  stats.slow = jobs_.slow();
  stats.abandoned = jobs_.abandoned();
  stats.idle = threads_ - stats.running - stats.slow;
  stats.queued = jobs_.queued();
  return stats;
}

void ThreadPool::Close() {
  std::vector<IdleThreadPtr> called;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    called = CallAllIdle();
  }
  for (const IdleThreadPtr& idle : called) idle->wake.NotifyOne();
}

}  // namespace gai
