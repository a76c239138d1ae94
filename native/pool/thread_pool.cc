#include "pool/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <thread>
#include <utility>
#include <vector>

#include "pool/mutex.h"

namespace gai {
namespace {

// The longest pause between two jobs that is worth staying awake for.
constexpr std::chrono::microseconds kLinger{50};

// Nodes of a line that are kept: made on one thread and freed on another, each would take malloc a
// lock that both share.
constexpr size_t kSpares = 64;

// On a single one, who lingers keeps the others from what it waits for.
const bool kSeveralCpus = std::thread::hardware_concurrency() > 1;

}  // namespace

using JobPtr = std::shared_ptr<ThreadPool::Job>;

class ThreadPool::Core : public std::enable_shared_from_this<ThreadPool::Core> {
 public:
  Core(Limits limits, ThreadStarter starter, AtRest at_rest)
      : starter_(std::move(starter)), at_rest_(std::move(at_rest)), limits_(limits) {}

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
  // A thread's place to park. Shared, so that it can be woken after the lock has been let go of:
  // woken under it, it would run into the lock at once.
  struct Parked {
    CondVar wake;
    std::atomic<bool> called{false};  // Written under mutex_; read without it by Linger.
  };
  using ParkedPtr = std::shared_ptr<Parked>;

  // What is to be done, without the lock, for jobs that may run now; counted already.
  struct Staffing {
    std::vector<ParkedPtr> to_wake;
    size_t to_start = 0;
    bool sure = false;  // Whether there is a thread anyway: it takes what no other does.
  };

  void ThreadMain() EXCLUDES(mutex_);
  bool Park(const ParkedPtr& place) REQUIRES(mutex_);
  void Linger(const Parked& place) REQUIRES(mutex_);
  Found Where(const JobPtr& job) const REQUIRES(mutex_);
  static bool IsStall(const Job& job) { return job.slow_ && !job.extra_ && !job.abandoned_; }
  JobPtr Take() REQUIRES(mutex_);
  void Leave(const JobPtr& job) REQUIRES(mutex_);
  void Unlink(const JobPtr& job) REQUIRES(mutex_);
  void Enqueue(const JobPtr& job) REQUIRES(mutex_);
  size_t Runnable() const REQUIRES(mutex_);
  size_t Waiting() const REQUIRES(mutex_) { return queue_.size() + urgent_.size(); }
  ParkedPtr CallOneIdle() REQUIRES(mutex_);
  std::vector<ParkedPtr> CallAllIdle() REQUIRES(mutex_);
  std::vector<ParkedPtr> CallIdle() REQUIRES(mutex_);
  Staffing Staff() REQUIRES(mutex_);
  static void Wake(const std::vector<ParkedPtr>& called);
  int CarryOut(const Staffing& staffing) EXCLUDES(mutex_);
  Submitted StaffFor(const JobPtr& job, Staffing staffing, int* error) EXCLUDES(mutex_);

  const ThreadStarter starter_;
  const AtRest at_rest_;
  Mutex mutex_;
  Limits limits_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  std::list<JobPtr> queue_ GUARDED_BY(mutex_);      // Wait for their turn within `max`.
  std::list<JobPtr> urgent_ GUARDED_BY(mutex_);     // Extras, or stepped aside: run beside `max`.
  std::list<JobPtr> spare_ GUARDED_BY(mutex_);      // Empty nodes, for the lines above.
  std::vector<ParkedPtr> idle_ GUARDED_BY(mutex_);  // The last to park is the first to be called.
  size_t threads_ GUARDED_BY(mutex_) = 0;
  size_t starting_ GUARDED_BY(mutex_) = 0;  // Of threads_, those that may yet fail to start.
  CondVar started_or_not_;                  // One fewer is starting_.
  size_t coming_ GUARDED_BY(mutex_) = 0;    // Called or being started, and not yet at the queue.
  size_t dropping_ GUARDED_BY(mutex_) = 0;  // Let go of their last job, then look for another.
  size_t running_ GUARDED_BY(mutex_) = 0;
  size_t slow_ GUARDED_BY(mutex_) = 0;
  size_t stalled_ GUARDED_BY(mutex_) = 0;  // Of those, the wanted ones that are no extras.
  size_t abandoned_ GUARDED_BY(mutex_) = 0;
  size_t extras_ GUARDED_BY(mutex_) = 0;  // Waiting or running.
  size_t started_ GUARDED_BY(mutex_) = 0;
  bool brisk_ GUARDED_BY(mutex_) = false;      // The last thread to be called had only just parked.
  bool lingering_ GUARDED_BY(mutex_) = false;  // One thread is at it; a second would gain nothing.
};

size_t ThreadPool::Core::Runnable() const {
  const size_t room = limits_.max > running_ ? limits_.max - running_ : 0;
  return urgent_.size() + std::min(queue_.size(), room);
}

JobPtr ThreadPool::Core::Take() {
  std::list<JobPtr>& from = urgent_.empty() ? queue_ : urgent_;
  JobPtr job = std::move(from.front());
  if (spare_.size() < kSpares) {
    spare_.splice(spare_.begin(), from, from.begin());
  } else {
    from.pop_front();
  }
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

ThreadPool::Core::ParkedPtr ThreadPool::Core::CallOneIdle() {
  ParkedPtr parked = std::move(idle_.back());
  idle_.pop_back();
  parked->called = true;
  ++coming_;
  return parked;
}

std::vector<ThreadPool::Core::ParkedPtr> ThreadPool::Core::CallAllIdle() {
  std::vector<ParkedPtr> called;
  while (!idle_.empty()) called.push_back(CallOneIdle());
  return called;
}

void ThreadPool::Core::Wake(const std::vector<ParkedPtr>& called) {
  for (const ParkedPtr& parked : called) parked->wake.NotifyOne();
}

// A thread for each job that may run now, as far as there are idle ones.
std::vector<ThreadPool::Core::ParkedPtr> ThreadPool::Core::CallIdle() {
  std::vector<ParkedPtr> called;
  while (Runnable() > coming_ && !idle_.empty()) called.push_back(CallOneIdle());
  return called;
}

// Sees to it that a thread is on its way for each job that may run now, as far as that can be done
// under the lock; CarryOut does the rest.
ThreadPool::Core::Staffing ThreadPool::Core::Staff() {
  Staffing staffing;
  staffing.sure = threads_ > starting_;
  staffing.to_wake = CallIdle();
  while (Runnable() > coming_ + dropping_ && threads_ < limits_.hard_max) {
    ++threads_;
    ++starting_;
    ++coming_;
    ++staffing.to_start;
  }
  return staffing;
}

// Returns 0, or the errno of a thread that could not be started; what was to be its job is left to
// the others.
int ThreadPool::Core::CarryOut(const Staffing& staffing) {
  Wake(staffing.to_wake);
  for (size_t count = staffing.to_start; count > 0; --count) {
    size_t number;
    {
      MutexLock lock(mutex_);
      number = ++started_;
    }
    const int error = starter_("addrinfo/" + std::to_string(number),
                               [core = shared_from_this()] { core->ThreadMain(); });
    std::vector<ParkedPtr> instead;
    {
      MutexLock lock(mutex_);
      if (error == 0) {
        --starting_;
      } else {
        threads_ -= count;
        starting_ -= count;
        coming_ -= count;
        instead = CallIdle();
      }
    }
    started_or_not_.NotifyAll();
    Wake(instead);
    if (error != 0) return error;
  }
  return 0;
}

void ThreadPool::Core::Enqueue(const JobPtr& job) {
  assert(job->state_ == Job::State::kNew);
  std::list<JobPtr>& line = job->slow_ ? urgent_ : queue_;
  job->state_ = job->slow_ ? Job::State::kUrgent : Job::State::kQueued;
  if (spare_.empty()) {
    job->place_ = line.insert(line.end(), job);
  } else {
    job->place_ = spare_.begin();
    *job->place_ = job;
    line.splice(line.end(), spare_, job->place_);
  }
}

// Only a thread that surely exists counts: one that another submitter is starting may fail, and
// nobody would be left to take the job.
ThreadPool::Submitted ThreadPool::Core::StaffFor(const JobPtr& job, Staffing staffing, int* error) {
  for (;;) {
    *error = CarryOut(staffing);
    if (staffing.sure) return Submitted::kAccepted;
    MutexLock lock(mutex_);
    const auto provided = [&]() REQUIRES(mutex_) {
      return closed_ || threads_ > starting_ || Where(job) != Found::kWaiting;
    };
    while (*error == 0 && !provided() && starting_ > 0) started_or_not_.Wait(mutex_);
    if (provided()) return Submitted::kAccepted;
    if (*error != 0) {
      Unlink(job);
      return Submitted::kNoThread;
    }
    staffing = Staff();
  }
}

ThreadPool::Submitted ThreadPool::Core::Submit(const JobPtr& job, int* error) {
  Staffing staffing;
  {
    MutexLock lock(mutex_);
    Enqueue(job);
    staffing = Staff();
  }
  return StaffFor(job, std::move(staffing), error);
}

ThreadPool::Submitted ThreadPool::Core::SubmitExtra(const JobPtr& job, int* error) {
  Staffing staffing;
  {
    MutexLock lock(mutex_);
    const size_t beside = slow_ + urgent_.size();
    const bool too_many = extras_ >= limits_.hard_max / 2 || stalled_ > limits_.max;
    if (too_many || beside + limits_.max >= limits_.hard_max) return Submitted::kRefused;
    job->slow_ = true;
    job->extra_ = true;
    ++extras_;
    Enqueue(job);
    staffing = Staff();
  }
  return StaffFor(job, std::move(staffing), error);
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
  Staffing staffing;
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
    staffing = Staff();
  }
  CarryOut(staffing);
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
  const ParkedPtr place = std::make_shared<Parked>();
  JobPtr done;  // Perhaps the last owner of much: let go of outside the lock.
  MutexLock lock(mutex_);
  --coming_;
  for (;;) {
    if (!closed_ && Runnable() > 0) {
      JobPtr job = Take();
      lock.Release();
      done.reset();
      job->Run();
      lock.Acquire();
      Leave(job);
      done = std::move(job);
    } else if (done != nullptr) {
      ++dropping_;
      lock.Release();
      done.reset();
      lock.Acquire();
      --dropping_;
    } else if (closed_ || !Park(place)) {
      break;
    }
  }
  --threads_;
}

// Lookups one after another: each is submitted some 20 us after the one before was answered, and to
// fall asleep and be woken takes a thread as long. Where the last pause was that short it stays
// awake for as long as such a pause lasts.
void ThreadPool::Core::Linger(const Parked& place) {
  lingering_ = true;
  mutex_.Unlock();
  const auto until = std::chrono::steady_clock::now() + kLinger;
  while (!place.called && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  mutex_.Lock();
  lingering_ = false;
}

// Returns whether there may be a job: the thread was called, or its idle time was over while one
// waited for a thread that is being started.
bool ThreadPool::Core::Park(const ParkedPtr& place) {
  place->called = false;
  idle_.push_back(place);
  const auto parked_at = std::chrono::steady_clock::now();
  const auto leave_at = parked_at + limits_.idle_timeout;
  if (brisk_ && !lingering_) Linger(*place);
  if (!place->called) {
    mutex_.Unlock();
    at_rest_();
    mutex_.Lock();
  }
  while (!place->called && std::chrono::steady_clock::now() < leave_at) {
    place->wake.WaitUntil(mutex_, leave_at);
  }
  if (place->called) {
    --coming_;
    brisk_ = kSeveralCpus && std::chrono::steady_clock::now() - parked_at < kLinger;
    return true;
  }
  idle_.erase(std::find(idle_.begin(), idle_.end(), place));
  return Runnable() > 0;
}

void ThreadPool::Core::SetLimits(Limits limits) {
  Staffing staffing;
  {
    MutexLock lock(mutex_);
    limits_ = limits;
    // Each idle thread comes to the queue, finds nothing, and parks under the new idle time.
    const std::vector<ParkedPtr> called = CallAllIdle();
    staffing = Staff();
    staffing.to_wake.insert(staffing.to_wake.end(), called.begin(), called.end());
  }
  CarryOut(staffing);
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
  std::vector<ParkedPtr> called;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    called = CallAllIdle();
  }
  Wake(called);
}

ThreadPool::ThreadPool(Limits limits, ThreadStarter starter, AtRest at_rest)
    : core_(std::make_shared<Core>(limits, std::move(starter), std::move(at_rest))) {}

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
