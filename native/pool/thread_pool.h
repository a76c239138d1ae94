// Threads for blocking calls: started on demand, gone after an idle time, never joined. It knows no
// DNS and no JavaScript. Which job runs next is the JobQueue's business (job_queue.h has a job's
// states); this is about who runs it.
//
// Two bounds. `max` holds the jobs that run at their normal pace. A job that turns out to be slow
// is told to step aside: it stops counting against `max`, so those behind it go on. `hard_max`
// bounds all threads together.
//
// Who counts what. Each thread is in exactly one of these:
//
//   waking      started, or called from sleep; not at the queue yet           waking_
//   busy        in a job                                                      JobQueue: running,
//   slow releasing   drops its last job, then comes to the queue                   the rest of
//   threads_ idle        asleep, or about to be                                        idle_
//
// A runnable job is provided for once there are as many waking threads as runnable jobs: Submit,
// StepAside, Abandon and a failed start call an idle thread if there is one. With none, a thread is
// started unless releasing ones suffice; they only may be late, hence idle threads do not wait for
// them. One thread is started at a time (start_mutex_): while it may still fail, `starting_` keeps
// other submitters from relying on it.
//
// An idle thread sleeps. One of them stays however long it is idle, so that a quiet process which
// has reached its limit of threads still resolves.

#ifndef ADDRINFO_NATIVE_POOL_THREAD_POOL_H_
#define ADDRINFO_NATIVE_POOL_THREAD_POOL_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "pool/job_queue.h"

namespace gai {

class ThreadPool {
 public:
  struct Limits : JobQueue::Limits {
    std::chrono::milliseconds idle_timeout{10'000};
  };

  // Of one moment.
  struct Stats {
    Limits limits;
    size_t threads = 0;  // Alive: idle, or in a job.
    size_t idle = 0;
    size_t running = 0;    // Jobs that count against `max`.
    size_t slow = 0;       // Jobs that run beside that count.
    size_t abandoned = 0;  // Of those, jobs that nobody wants any more.
    size_t queued = 0;
  };

  enum class Submitted { kAccepted, kRefused, kNoThread };

  // Returns 0 or an errno. A parameter so that tests can make it fail.
  using ThreadStarter = std::function<int(const std::string& name, std::function<void()> body)>;

  // Called on a pool thread that found no further job, with no lock held, before it sleeps. Must
  // not throw.
  using AtRest = std::function<void()>;

  ThreadPool(Limits limits, ThreadStarter starter, AtRest at_rest);

  // Idle threads go at once, those in a job when it returns. Waits for none of them.
  ~ThreadPool();

  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // All of the below may be called from any thread.

  // Queues the job. kNoThread: there is no thread at all and none could be started; `*error` says
  // why and the job has been dropped. Where some threads exist, those take over what no new one
  // could. Waits for no job; at most for threads that other submitters are starting.
  Submitted Submit(const std::shared_ptr<Job>& job, int* error);

  // Runs the job beside `max`, or refuses it (JobQueue::AddHedge).
  Submitted SubmitHedge(const std::shared_ptr<Job>& job, int* error);

  // Where the job is; and, if it runs, for how long it has.
  CallState Look(const std::shared_ptr<Job>& job, std::chrono::milliseconds* running_for);

  // The job no longer counts against `max`. One that still waits goes ahead of the queue, if `max`
  // wanted jobs or more have stalled before it: then stalls hold the queue up. A queue that is
  // merely long stays one, so that `max` remains what the nameserver feels.
  CallState StepAside(const std::shared_ptr<Job>& job);

  // Nobody wants the job any more: one that waits is taken off the queue and never runs, one that
  // runs steps aside.
  CallState Abandon(const std::shared_ptr<Job>& job);

  void SetLimits(Limits limits);
  Stats stats() const;

 private:
  class Core;  // Outlives the pool for as long as a thread is in it.
  std::shared_ptr<Core> core_;
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_POOL_THREAD_POOL_H_
