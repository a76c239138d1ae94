// Which job runs next, and what each job counts as. Lines and counters only: it knows no thread and
// no lock. Its owner guards it with one mutex.
//
//                           StepAside, if stalls hold the queue up
//           Add               +---------------------------+
//   new ---------> waiting ---+                           v
//    |                |                 AddHedge        ahead
//    +----------------|-----------------------------------^|
//                     | Take                               | Take
//                     v         StepAside                  v
//                  running ----------------------> stalled, or hedging for a hedge
//                     |                                    |
//                     +--------------> abandoned <---------+        Abandon
//
// Finish ends each of the lower four states. Abandon and Withdraw end the upper two.
//
// Every job is counted in exactly one state, and only Move changes it. `running` is what `max`
// bounds; stalled, hedging and abandoned jobs run beside it. A hedge is also counted as one from
// AddHedge to its end.

#ifndef ADDRINFO_NATIVE_POOL_JOB_QUEUE_H_
#define ADDRINFO_NATIVE_POOL_JOB_QUEUE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>

namespace gai {

// What a caller learns of its job. The values are part of the addon's interface.
enum class CallState { kFinished = 0, kQueued = 1, kRunning = 2 };

// One blocking call. The pool and its submitter share ownership.
class Job {
 public:
  virtual ~Job() = default;

  // Called at most once, on a pool thread, with no lock held. Must not throw.
  virtual void Run() = 0;

 private:
  friend class JobQueue;
  enum class State { kNew, kWaiting, kAhead, kRunning, kStalled, kHedging, kAbandoned, kFinished };

  State state_ = State::kNew;
  bool hedge_ = false;
  std::chrono::steady_clock::time_point begun_;      // Valid once it runs.
  std::list<std::shared_ptr<Job>>::iterator place_;  // Valid while it waits.
};

using JobPtr = std::shared_ptr<Job>;

class JobQueue {
 public:
  struct Limits {
    size_t max = 16;
    size_t hard_max = 128;
  };

  explicit JobQueue(Limits limits) : limits_(limits) {}

  void SetLimits(Limits limits) { limits_ = limits; }

  void Add(const JobPtr& job);

  // Puts a second attempt ahead of those that wait, or refuses it. Hedges take at most half of
  // `hard_max`, and leave `max` threads to first attempts. They stop once more than `max` wanted
  // jobs have stalled: as many stalls as `max` fit into one round of calls that lost a packet each,
  // which hedges cure. One more means that calls made after those stall as well. Then the
  // nameserver is down rather than lossy, and hedges would only double its load.
  bool AddHedge(const JobPtr& job);

  // Jobs that may run now, if there are threads for them.
  size_t Runnable() const;

  // The next job. REQUIRES: Runnable() > 0.
  JobPtr Take();

  // The job has run.
  void Finish(Job& job);

  // Takes a job that waits back, as if it had never been added.
  void Withdraw(Job& job);

  // As ThreadPool says. They return the state before.
  CallState StepAside(Job& job);
  CallState Abandon(Job& job);

  CallState StateOf(const Job& job) const;
  std::chrono::milliseconds RunningFor(const Job& job) const;

  size_t queued() const { return waiting_.size() + ahead_.size(); }
  size_t running() const { return Count(State::kRunning); }
  size_t slow() const;
  size_t abandoned() const { return Count(State::kAbandoned); }

 private:
  using State = Job::State;

  size_t Count(State state) const { return counts_[static_cast<size_t>(state)]; }
  void Move(Job& job, State to);
  void Append(std::list<JobPtr>& line, const JobPtr& job, State state);

  Limits limits_;
  std::list<JobPtr> waiting_;  // For a turn within `max`.
  std::list<JobPtr> ahead_;    // Run first, beside `max`.
  std::array<size_t, static_cast<size_t>(State::kFinished) + 1> counts_{};
  size_t hedges_ = 0;
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_POOL_JOB_QUEUE_H_
