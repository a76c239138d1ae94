// Threads for blocking calls: started on demand, gone after an idle time, never joined. It knows no
// DNS and no JavaScript. Which job runs next is the JobQueue's business (job_queue.h has a job's
// states); this is about who runs it.
//
// Two bounds. `max` holds the jobs that run at their normal pace. A job that turns out to be slow
// is told to step aside: it stops counting against `max`, so those behind it go on. `hard_max`
// bounds all threads together.
//
// Who counts what. Each thread is in exactly one of these states:
//
// - waking: started, or called from sleep, and not at the queue yet. `waking_` counts them.
// - busy: in a job. JobQueue counts them: `running` and `slow`.
// - releasing: it drops its last job, then comes to the queue. The rest of `threads_`.
// - idle: asleep, or about to be. They are in `idle_`.
//
// A runnable job needs a thread on its way to the queue. Submit, StepAside, Abandon and a failed
// start call an idle thread, even where a releasing one would do: that one may take a while. Where
// none is called, a thread is started, unless enough of them are releasing. One thread is started
// at a time (start_mutex_): while it may still fail, `starting_` keeps other submitters from
// relying on it.
//
// An idle thread sleeps. One of them stays however long it is idle, so that a quiet process which
// has reached its limit of threads still resolves.
//
// Which one is called: the last that fell asleep; where no other job runs, the last of those that
// ran on the submitter's CPU. To wake another CPU, a halted one of a virtual machine above all,
// takes longer than a short call. So up to kUsualThreads, one is started where none ran there;
// beyond, the one that has slept longest is called, which moves them about.

#ifndef ADDRINFO_NATIVE_POOL_THREAD_POOL_H_
#define ADDRINFO_NATIVE_POOL_THREAD_POOL_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pool/job_queue.h"
#include "pool/mutex.h"
#include "pool/thread.h"

namespace gai {

// Held by each of its threads: it goes with the last one after whoever made it let go.
class ThreadPool : public std::enable_shared_from_this<ThreadPool> {
 public:
  struct Limits : JobQueue::Limits {
    std::chrono::milliseconds idle_timeout{10'000};
  };

  // Of one moment.
  struct Stats {
    Limits limits;
    size_t threads = 0;    // Alive: idle, or in a job.
    size_t idle = 0;       // Not in a job: waking and releasing ones too.
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

  // CurrentCpu (thread.h). A parameter so that tests can say where a thread runs.
  using CpuOfCaller = std::function<Cpu()>;

  // To be made by std::make_shared.
  ThreadPool(Limits limits, ThreadStarter starter, AtRest at_rest, CpuOfCaller cpu)
      : starter_(std::move(starter)),
        at_rest_(std::move(at_rest)),
        cpu_(std::move(cpu)),
        jobs_(limits),
        limits_(limits) {}

  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // All of the below may be called from any thread.

  // Queues the job. kNoThread: there is no thread at all and none could be started; `*error` says
  // why and the job has been dropped. Where some threads exist, those take over what no new one
  // could. Waits for no job; at most for threads that other submitters are starting.
  Submitted Submit(const JobPtr& job, int* error) { return Add(job, false, error); }

  // Runs the job beside `max`, or refuses it (JobQueue::AddHedge).
  Submitted SubmitHedge(const JobPtr& job, int* error) { return Add(job, true, error); }

  // Where the job is; and, if it runs, for how long it has.
  CallState Look(const JobPtr& job, std::chrono::milliseconds* running_for) EXCLUDES(mutex_);

  // The job no longer counts against `max`. One that still waits goes ahead of the queue, if `max`
  // wanted jobs or more have stalled before it: then stalls hold the queue up. A queue that is
  // merely long stays one, so that `max` remains what the nameserver feels.
  CallState StepAside(const JobPtr& job) { return Change(job, &JobQueue::StepAside); }

  // Nobody wants the job any more: one that waits is taken off the queue and never runs, one that
  // runs steps aside.
  CallState Abandon(const JobPtr& job) { return Change(job, &JobQueue::Abandon); }

  void SetLimits(Limits limits) EXCLUDES(mutex_, start_mutex_);
  Stats stats() EXCLUDES(mutex_);

  // No further job runs. Idle threads go at once, those in a job when it returns.
  void Close() EXCLUDES(mutex_);

 private:
  // Where a thread sleeps. Shared, so that it can be woken after the lock has been let go of: woken
  // under it, it would run into the lock at once.
  struct IdleThread {
    CondVar wake;
    bool called = false;
    Cpu cpu = Cpu::kUnknown;  // Where it ran last.
  };
  using IdleThreadPtr = std::shared_ptr<IdleThread>;

  Submitted Add(const JobPtr& job, bool hedge, int* error) EXCLUDES(mutex_, start_mutex_);
  CallState Change(const JobPtr& job, CallState (JobQueue::*change)(Job&))
      EXCLUDES(mutex_, start_mutex_);
  void ThreadMain() EXCLUDES(mutex_);
  bool Sleep(const IdleThreadPtr& self) REQUIRES(mutex_);
  IdleThreadPtr CallIdle(bool may_start) REQUIRES(mutex_);
  std::vector<IdleThreadPtr> CallAllIdle() REQUIRES(mutex_);
  bool NeedsThread() const REQUIRES(mutex_);
  int StartThreads() EXCLUDES(mutex_, start_mutex_);

  const ThreadStarter starter_;
  const AtRest at_rest_;
  const CpuOfCaller cpu_;
  Mutex start_mutex_;  // Taken before mutex_.
  Mutex mutex_;
  JobQueue jobs_ GUARDED_BY(mutex_);
  Limits limits_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  std::vector<IdleThreadPtr> idle_ GUARDED_BY(mutex_);  // As they fell asleep.
  size_t threads_ GUARDED_BY(mutex_) = 0;               // All, the one being started included.
  size_t waking_ GUARDED_BY(mutex_) = 0;
  bool starting_ GUARDED_BY(mutex_) = false;
  size_t started_ GUARDED_BY(mutex_) = 0;  // Ever: a thread's number.
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_POOL_THREAD_POOL_H_
