#include "thread_pool.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "mutex.h"

namespace gai {

using JobPtr = std::shared_ptr<ThreadPool::Job>;

class ThreadPool::Core : public std::enable_shared_from_this<ThreadPool::Core> {
 public:
  Core(Limits limits, ThreadStarter starter) : starter_(std::move(starter)), limits_(limits) {}

  Submitted Submit(const JobPtr& job, int* error) EXCLUDES(mutex_);
  Submitted SubmitExtra(const JobPtr& job, int* error) EXCLUDES(mutex_);
  Found Look(const JobPtr& job, std::chrono::milliseconds* running_for) EXCLUDES(mutex_);
  Found StepAside(const JobPtr& job) EXCLUDES(mutex_);
  Found Abandon(const JobPtr& job) EXCLUDES(mutex_);
  void SetLimits(Limits limits) EXCLUDES(mutex_);
  Limits limits() EXCLUDES(mutex_);
  Stats stats() EXCLUDES(mutex_);
  void Close() EXCLUDES(mutex_);

 private:
  // An idle thread, parked. It lives on that thread's stack.
  struct Parked {
    CondVar wake;
    bool called = false;
  };

  void ThreadMain() EXCLUDES(mutex_);
  bool Park() REQUIRES(mutex_);
  Found Where(const JobPtr& job) const REQUIRES(mutex_);
  static bool IsStall(const Job& job) { return job.slow_ && !job.extra_ && !job.abandoned_; }
  JobPtr Take() REQUIRES(mutex_);
  void Leave(const JobPtr& job) REQUIRES(mutex_);
  void Unlink(const JobPtr& job) REQUIRES(mutex_);
  void Enqueue(const JobPtr& job) REQUIRES(mutex_);
  size_t Runnable() const REQUIRES(mutex_);
  size_t Waiting() const REQUIRES(mutex_) { return queue_.size() + urgent_.size(); }
  void CallOneIdle() REQUIRES(mutex_);
  size_t Staff() REQUIRES(mutex_);
  int StartThreads(size_t count) EXCLUDES(mutex_);
  Submitted StartFor(const JobPtr& job, size_t count, int* error) EXCLUDES(mutex_);

  const ThreadStarter starter_;
  Mutex mutex_;
  Limits limits_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  std::list<JobPtr> queue_ GUARDED_BY(mutex_);  // Wait for their turn within `max`.
  std::list<JobPtr> urgent_
      GUARDED_BY(mutex_);  // Stepped aside while they waited: run beside `max`.
  std::vector<Parked*> idle_ GUARDED_BY(mutex_);  // The last to park is the first to be called.
  size_t threads_ GUARDED_BY(mutex_) = 0;
  size_t starting_ GUARDED_BY(mutex_) = 0;  // Of threads_, those that may yet fail to start.
  size_t coming_ GUARDED_BY(mutex_) = 0;    // Called or being started, and not yet at the queue.
  size_t running_ GUARDED_BY(mutex_) = 0;
  size_t slow_ GUARDED_BY(mutex_) = 0;
  size_t stalled_ GUARDED_BY(mutex_) = 0;  // Of those, the wanted ones that are no extras.
  size_t abandoned_ GUARDED_BY(mutex_) = 0;
  size_t extras_ GUARDED_BY(mutex_) = 0;  // Waiting or running.
  size_t started_ GUARDED_BY(mutex_) = 0;
};

size_t ThreadPool::Core::Runnable() const {
  const size_t room = limits_.max > running_ ? limits_.max - running_ : 0;
  return urgent_.size() + std::min(queue_.size(), room);
}

JobPtr ThreadPool::Core::Take() {
  std::list<JobPtr>& from = urgent_.empty() ? queue_ : urgent_;
  JobPtr job = std::move(from.front());
  from.pop_front();
  job->state_ = Job::State::kRunning;
  job->begun_ = std::chrono::steady_clock::now();
  ++(job->slow_ ? slow_ : running_);
  if (IsStall(*job)) ++stalled_;
  return job;
}

void ThreadPool::Core::Leave(const JobPtr& job) {
  --(job->slow_ ? slow_ : running_);
  if (IsStall(*job)) --stalled_;
  if (job->extra_) --extras_;
  if (job->abandoned_) --abandoned_;
  job->state_ = Job::State::kDone;
}

void ThreadPool::Core::Unlink(const JobPtr& job) {
  (job->state_ == Job::State::kUrgent ? urgent_ : queue_).erase(job->place_);
  if (job->extra_) --extras_;
  job->state_ = Job::State::kDone;
}

ThreadPool::Found ThreadPool::Core::Where(const JobPtr& job) const {
  switch (job->state_) {
    case Job::State::kQueued:
    case Job::State::kUrgent:
      return Found::kWaiting;
    case Job::State::kRunning:
      return Found::kRunning;
    case Job::State::kNew:
    case Job::State::kDone:
      break;
  }
  return Found::kGone;
}

void ThreadPool::Core::CallOneIdle() {
  Parked* parked = idle_.back();
  idle_.pop_back();
  parked->called = true;
  ++coming_;
  parked->wake.NotifyOne();
}

// Sees to it that a thread is on its way for each job that may run now: calls idle ones, and
// returns how many the caller has to start once it has let go of the lock. Those are counted
// already.
size_t ThreadPool::Core::Staff() {
  size_t to_start = 0;
  while (Runnable() > coming_) {
    if (!idle_.empty()) {
      CallOneIdle();
      continue;
    }
    if (threads_ >= limits_.hard_max) break;
    ++threads_;
    ++starting_;
    ++coming_;
    ++to_start;
  }
  return to_start;
}

// Returns 0, or the errno of a thread that could not be started; the queue then is left to the
// others.
int ThreadPool::Core::StartThreads(size_t count) {
  for (; count > 0; --count) {
    size_t number;
    {
      MutexLock lock(mutex_);
      number = ++started_;
    }
    const int error = starter_("addrinfo/" + std::to_string(number),
                               [core = shared_from_this()] { core->ThreadMain(); });
    MutexLock lock(mutex_);
    if (error != 0) {
      threads_ -= count;
      starting_ -= count;
      coming_ -= count;
      return error;
    }
    --starting_;
  }
  return 0;
}

void ThreadPool::Core::Enqueue(const JobPtr& job) {
  assert(job->state_ == Job::State::kNew);
  std::list<JobPtr>& line = job->slow_ ? urgent_ : queue_;
  job->state_ = job->slow_ ? Job::State::kUrgent : Job::State::kQueued;
  job->place_ = line.insert(line.end(), job);
}

ThreadPool::Submitted ThreadPool::Core::StartFor(const JobPtr& job, size_t count, int* error) {
  *error = StartThreads(count);
  if (*error == 0) return Submitted::kAccepted;
  MutexLock lock(mutex_);
  // Only a thread that surely exists counts: another's that is being started may fail as ours did,
  // and nobody would be left to take the job.
  if (threads_ > starting_ || Where(job) != Found::kWaiting) return Submitted::kAccepted;
  Unlink(job);
  return Submitted::kNoThread;
}

ThreadPool::Submitted ThreadPool::Core::Submit(const JobPtr& job, int* error) {
  size_t to_start;
  {
    MutexLock lock(mutex_);
    Enqueue(job);
    to_start = Staff();
  }
  return StartFor(job, to_start, error);
}

ThreadPool::Submitted ThreadPool::Core::SubmitExtra(const JobPtr& job, int* error) {
  size_t to_start;
  {
    MutexLock lock(mutex_);
    const size_t beside = slow_ + urgent_.size();
    const bool too_many = extras_ >= limits_.hard_max / 2 || stalled_ > limits_.max;
    if (too_many || beside + limits_.max >= limits_.hard_max) return Submitted::kRefused;
    job->slow_ = true;
    job->extra_ = true;
    ++extras_;
    Enqueue(job);
    to_start = Staff();
  }
  return StartFor(job, to_start, error);
}

ThreadPool::Found ThreadPool::Core::Look(const JobPtr& job,
                                         std::chrono::milliseconds* running_for) {
  MutexLock lock(mutex_);
  const Found found = Where(job);
  if (found == Found::kRunning) {
    *running_for = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - job->begun_);
  }
  return found;
}

ThreadPool::Found ThreadPool::Core::StepAside(const JobPtr& job) {
  Found found;
  size_t to_start;
  {
    MutexLock lock(mutex_);
    found = Where(job);
    if (found == Found::kGone || job->slow_) return found;
    if (found == Found::kWaiting && stalled_ < limits_.max) return found;
    job->slow_ = true;
    if (found == Found::kWaiting) {
      job->state_ = Job::State::kUrgent;
      urgent_.splice(urgent_.end(), queue_, job->place_);
    } else {
      --running_;
      ++slow_;
      if (IsStall(*job)) ++stalled_;
    }
    to_start = Staff();
  }
  StartThreads(to_start);
  return found;
}

ThreadPool::Found ThreadPool::Core::Abandon(const JobPtr& job) {
  {
    MutexLock lock(mutex_);
    const Found found = Where(job);
    if (found == Found::kWaiting) Unlink(job);
    if (found == Found::kRunning && !job->abandoned_) {
      if (IsStall(*job)) --stalled_;
      job->abandoned_ = true;
      ++abandoned_;
    }
    if (found != Found::kRunning) return found;
  }
  return StepAside(job);
}

void ThreadPool::Core::ThreadMain() {
  MutexLock lock(mutex_);
  for (;;) {
    --coming_;
    while (!closed_ && Runnable() > 0) {
      JobPtr job = Take();
      lock.Release();
      job->Run();
      lock.Acquire();
      Leave(job);
      lock.Release();
      job.reset();  // Perhaps the last owner of much: not under the lock.
      lock.Acquire();
    }
    if (closed_ || !Park()) break;
  }
  --threads_;
}

// Returns whether the thread was called before its idle time was over.
bool ThreadPool::Core::Park() {
  Parked parked;
  idle_.push_back(&parked);
  const auto leave_at = std::chrono::steady_clock::now() + limits_.idle_timeout;
  while (!parked.called && std::chrono::steady_clock::now() < leave_at) {
    parked.wake.WaitUntil(mutex_, leave_at);
  }
  if (!parked.called) idle_.erase(std::find(idle_.begin(), idle_.end(), &parked));
  return parked.called;
}

void ThreadPool::Core::SetLimits(Limits limits) {
  size_t to_start;
  {
    MutexLock lock(mutex_);
    limits_ = limits;
    // Each idle thread comes to the queue, finds nothing, and parks under the new idle time.
    while (!idle_.empty()) CallOneIdle();
    to_start = Staff();
  }
  StartThreads(to_start);
}

ThreadPool::Limits ThreadPool::Core::limits() {
  MutexLock lock(mutex_);
  return limits_;
}

ThreadPool::Stats ThreadPool::Core::stats() {
  MutexLock lock(mutex_);
  Stats stats;
  stats.threads = threads_;
  stats.running = running_;
  stats.slow = slow_;
  stats.abandoned = abandoned_;
  stats.idle = threads_ - running_ - slow_;
  stats.queued = Waiting();
  return stats;
}

void ThreadPool::Core::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  while (!idle_.empty()) CallOneIdle();
}

ThreadPool::ThreadPool(Limits limits, ThreadStarter starter)
    : core_(std::make_shared<Core>(limits, std::move(starter))) {}

ThreadPool::~ThreadPool() { core_->Close(); }

ThreadPool::Submitted ThreadPool::Submit(const std::shared_ptr<Job>& job, int* error) {
  return core_->Submit(job, error);
}

ThreadPool::Submitted ThreadPool::SubmitExtra(const std::shared_ptr<Job>& job, int* error) {
  return core_->SubmitExtra(job, error);
}

ThreadPool::Found ThreadPool::Look(const std::shared_ptr<Job>& job,
                                   std::chrono::milliseconds* running_for) {
  return core_->Look(job, running_for);
}

ThreadPool::Found ThreadPool::StepAside(const std::shared_ptr<Job>& job) {
  return core_->StepAside(job);
}

ThreadPool::Found ThreadPool::Abandon(const std::shared_ptr<Job>& job) {
  return core_->Abandon(job);
}

void ThreadPool::SetLimits(Limits limits) { core_->SetLimits(limits); }

ThreadPool::Limits ThreadPool::limits() const { return core_->limits(); }

ThreadPool::Stats ThreadPool::stats() const { return core_->stats(); }

}  // namespace gai
