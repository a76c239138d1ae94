// Threads for blocking calls: started on demand, gone after an idle time, never joined. It knows no
// DNS and no JavaScript.
//
// Two bounds. `max` holds the jobs that run at their normal pace. A job that turns out to be slow
// is told to step aside (StepAside): it stops counting against `max`, so those behind it go on.
// `hard_max` bounds all threads together.
//
// A thread without a job sleeps. Only while jobs follow one another within microseconds does one
// thread stay awake for the next, and no longer than such a pause lasts.

#ifndef ADDRINFO_NATIVE_POOL_THREAD_POOL_H_
#define ADDRINFO_NATIVE_POOL_THREAD_POOL_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace gai {

class ThreadPool {
 public:
  struct Limits {
    size_t max = 16;
    size_t hard_max = 128;
    std::chrono::milliseconds idle_timeout{10'000};
  };

  struct Stats {
    size_t threads = 0;  // Alive: idle, or in a job.
    size_t idle = 0;
    size_t running = 0;    // Jobs that count against `max`.
    size_t slow = 0;       // Jobs that run beside that count.
    size_t abandoned = 0;  // Of those, jobs that nobody wants any more.
    size_t queued = 0;
  };

  // One blocking call. The pool and whoever submitted it share the ownership.
  class Job {
   public:
    virtual ~Job() = default;

   protected:
    // Called at most once, on a pool thread, with no lock held. Must not throw.
    virtual void Run() = 0;

   private:
    friend class ThreadPool;
    enum class State { kNew, kQueued, kUrgent, kRunning, kDone };

    // All guarded by the mutex of the pool that the job was submitted to.
    State state_ = State::kNew;
    bool slow_ = false;
    bool extra_ = false;
    bool abandoned_ = false;
    std::chrono::steady_clock::time_point begun_;      // Valid once it runs.
    std::list<std::shared_ptr<Job>>::iterator place_;  // Valid while it waits.
  };

  enum class Submitted { kAccepted, kRefused, kNoThread };
  enum class Found { kGone, kWaiting, kRunning };

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
  // could. Waits for no job; at most for another submitter to start the only thread there will be.
  Submitted Submit(const std::shared_ptr<Job>& job, int* error);

  // Runs the job beside `max`, or refuses it. At most half of `hard_max` are such extras, `max`
  // threads are left for the others, and there are none while more than `max` wanted jobs have
  // stepped aside: what they wait for is then rather down than lossy, and second attempts would
  // only double the load.
  Submitted SubmitExtra(const std::shared_ptr<Job>& job, int* error);

  // Where the job is; and, if it runs, for how long it has.
  Found Look(const std::shared_ptr<Job>& job, std::chrono::milliseconds* running_for);

  // The job no longer counts against `max`. One that still waits goes ahead of the queue, if `max`
  // wanted jobs or more have stepped aside before it: then stalls hold the queue up. A queue that
  // is merely long stays one, so that `max` remains what the nameserver feels.
  Found StepAside(const std::shared_ptr<Job>& job);

  // Nobody wants the job any more: one that waits is taken off the queue and never runs, one that
  // runs steps aside.
  Found Abandon(const std::shared_ptr<Job>& job);

  void SetLimits(Limits limits);
  Limits limits() const;
  Stats stats() const;

 private:
  class Core;  // Outlives the pool for as long as a thread is in it.
  std::shared_ptr<Core> core_;
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_POOL_THREAD_POOL_H_
