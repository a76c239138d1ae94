#include "pool/thread_pool.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "pool/mutex.h"

namespace gai {

using JobPtr = std::shared_ptr<Job>;

class ThreadPool::Core : public std::enable_shared_from_this<ThreadPool::Core> {
 public:
  Core(Limits limits, ThreadStarter starter, AtRest at_rest)
      : starter_(std::move(starter)),
        at_rest_(std::move(at_rest)),
        jobs_(limits),
        limits_(limits) {}

  Submitted Submit(const JobPtr& job, bool hedge, int* error) EXCLUDES(mutex_, start_mutex_);
  CallState Look(const JobPtr& job, std::chrono::milliseconds* running_for) EXCLUDES(mutex_);
  CallState Change(const JobPtr& job, CallState (JobQueue::*change)(Job&))
      EXCLUDES(mutex_, start_mutex_);
  void SetLimits(Limits limits) EXCLUDES(mutex_, start_mutex_);
  Stats stats() EXCLUDES(mutex_);
  void Close() EXCLUDES(mutex_);

 private:
  // Where a thread sleeps. Shared, so that it can be woken after the lock has been let go of: woken
  // under it, it would run into the lock at once.
  struct IdleThread {
    CondVar wake;
    bool called = false;
  };
  using IdleThreadPtr = std::shared_ptr<IdleThread>;

  void ThreadMain() EXCLUDES(mutex_);
  bool Sleep(const IdleThreadPtr& self) REQUIRES(mutex_);
  IdleThreadPtr CallIdle() REQUIRES(mutex_);
  std::vector<IdleThreadPtr> CallAllIdle() REQUIRES(mutex_);
  bool NeedsThread() const REQUIRES(mutex_);
  bool IsProvidedFor() const REQUIRES(mutex_);
  int StartThreads() REQUIRES(start_mutex_) EXCLUDES(mutex_);
  int ProvideThreads() EXCLUDES(mutex_, start_mutex_);

  const ThreadStarter starter_;
  const AtRest at_rest_;
  Mutex start_mutex_;  // Taken before mutex_.
  Mutex mutex_;
  JobQueue jobs_ GUARDED_BY(mutex_);
  Limits limits_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  std::vector<IdleThreadPtr> idle_ GUARDED_BY(mutex_);  // The last one is called first.
  size_t threads_ GUARDED_BY(mutex_) = 0;               // All, the one being started included.
  size_t waking_ GUARDED_BY(mutex_) = 0;
  bool starting_ GUARDED_BY(mutex_) = false;
  size_t started_ GUARDED_BY(mutex_) = 0;  // Ever: a thread's number.
};

// One thread at a time: whatever happens makes no more than one further job runnable.
ThreadPool::Core::IdleThreadPtr ThreadPool::Core::CallIdle() {
  if (idle_.empty() || jobs_.Runnable() <= waking_) return nullptr;
  IdleThreadPtr idle = std::move(idle_.back());
  idle_.pop_back();
  idle->called = true;
  ++waking_;
  return idle;
}

std::vector<ThreadPool::Core::IdleThreadPtr> ThreadPool::Core::CallAllIdle() {
  std::vector<IdleThreadPtr> called;
  called.swap(idle_);
  for (const IdleThreadPtr& idle : called) idle->called = true;
  waking_ += called.size();
  return called;
}

bool ThreadPool::Core::NeedsThread() const {
  const size_t soon = threads_ - idle_.size() - jobs_.running() - jobs_.slow();
  return !closed_ && jobs_.Runnable() > soon && threads_ < limits_.hard_max;
}

// Whether no thread is to be started, and there is one that surely exists: what waits is taken by
// it sooner or later.
bool ThreadPool::Core::IsProvidedFor() const {
  return !NeedsThread() && threads_ > (starting_ ? 1 : 0);
}

// Returns 0, or the errno of a thread that could not be started; what was to be its job is left to
// the others.
int ThreadPool::Core::StartThreads() {
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
                               [core = shared_from_this()] { core->ThreadMain(); });
    IdleThreadPtr instead;
    {
      MutexLock lock(mutex_);
      starting_ = false;
      if (error == 0) continue;
      --threads_;
      --waking_;
      instead = CallIdle();
    }
    if (instead != nullptr) instead->wake.NotifyOne();
    return error;
  }
}

int ThreadPool::Core::ProvideThreads() {
  MutexLock starting(start_mutex_);
  return StartThreads();
}

ThreadPool::Submitted ThreadPool::Core::Submit(const JobPtr& job, bool hedge, int* error) {
  IdleThreadPtr called;
  bool provided;
  {
    MutexLock lock(mutex_);
    if (!hedge) {
      jobs_.Add(job);
    } else if (!jobs_.AddHedge(job)) {
      return Submitted::kRefused;
    }
    called = CallIdle();
    provided = IsProvidedFor();
  }
  if (called != nullptr) called->wake.NotifyOne();
  if (provided) return Submitted::kAccepted;
  MutexLock starting(start_mutex_);
  *error = StartThreads();
  if (*error == 0) return Submitted::kAccepted;
  MutexLock lock(mutex_);
  if (threads_ > 0 || jobs_.StateOf(*job) != CallState::kQueued) return Submitted::kAccepted;
  jobs_.Withdraw(*job);
  return Submitted::kNoThread;
}

CallState ThreadPool::Core::Look(const JobPtr& job, std::chrono::milliseconds* running_for) {
  MutexLock lock(mutex_);
  const CallState state = jobs_.StateOf(*job);
  if (state == CallState::kRunning) *running_for = jobs_.RunningFor(*job);
  return state;
}

CallState ThreadPool::Core::Change(const JobPtr& job, CallState (JobQueue::*change)(Job&)) {
  CallState before;
  IdleThreadPtr called;
  bool provided;
  {
    MutexLock lock(mutex_);
    before = (jobs_.*change)(*job);
    called = CallIdle();
    provided = !NeedsThread();
  }
  if (called != nullptr) called->wake.NotifyOne();
  if (!provided) ProvideThreads();
  return before;
}

void ThreadPool::Core::ThreadMain() {
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
bool ThreadPool::Core::Sleep(const IdleThreadPtr& self) {
  self->called = false;
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

void ThreadPool::Core::SetLimits(Limits limits) {
  std::vector<IdleThreadPtr> called;
  {
    MutexLock lock(mutex_);
    limits_ = limits;
    jobs_.SetLimits(limits);
    // Each comes to the queue, and sleeps again under the new idle time if it finds nothing.
    called = CallAllIdle();
  }
  for (const IdleThreadPtr& idle : called) idle->wake.NotifyOne();
  ProvideThreads();
}

ThreadPool::Stats ThreadPool::Core::stats() {
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

void ThreadPool::Core::Close() {
  std::vector<IdleThreadPtr> called;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    called = CallAllIdle();
  }
  for (const IdleThreadPtr& idle : called) idle->wake.NotifyOne();
}

ThreadPool::ThreadPool(Limits limits, ThreadStarter starter, AtRest at_rest)
    : core_(std::make_shared<Core>(limits, std::move(starter), std::move(at_rest))) {}

ThreadPool::~ThreadPool() { core_->Close(); }

ThreadPool::Submitted ThreadPool::Submit(const std::shared_ptr<Job>& job, int* error) {
  return core_->Submit(job, false, error);
}

ThreadPool::Submitted ThreadPool::SubmitHedge(const std::shared_ptr<Job>& job, int* error) {
  return core_->Submit(job, true, error);
}

CallState ThreadPool::Look(const std::shared_ptr<Job>& job,
                           std::chrono::milliseconds* running_for) {
  return core_->Look(job, running_for);
}

CallState ThreadPool::StepAside(const std::shared_ptr<Job>& job) {
  return core_->Change(job, &JobQueue::StepAside);
}

CallState ThreadPool::Abandon(const std::shared_ptr<Job>& job) {
  return core_->Change(job, &JobQueue::Abandon);
}

void ThreadPool::SetLimits(Limits limits) { core_->SetLimits(limits); }

ThreadPool::Stats ThreadPool::stats() const { return core_->stats(); }

}  // namespace gai
