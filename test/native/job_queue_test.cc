// Which job is next, and what each counts as: without a thread.

#include "pool/job_queue.h"

#include <thread>
#include <vector>

#include "doctest.h"
#include "gate.h"

namespace gai {
namespace {

class NoJob : public Job {
 public:
  void Run() override {}
};

JobPtr Added(JobQueue& queue) {
  auto job = std::make_shared<NoJob>();
  queue.Add(job);
  return job;
}

// Added to an empty queue, and running.
JobPtr Running(JobQueue& queue) {
  const JobPtr job = Added(queue);
  REQUIRE(queue.Take() == job);
  return job;
}

JobPtr Stalled(JobQueue& queue) {
  JobPtr job = Running(queue);
  queue.StepAside(*job);
  return job;
}

JobPtr Hedge(JobQueue& queue) {
  auto job = std::make_shared<NoJob>();
  return queue.AddHedge(job) ? job : nullptr;
}

TEST_CASE("jobs that wait run in the order of their submission, max at a time") {
  JobQueue queue({2, 8});
  const JobPtr first = Added(queue);
  const JobPtr second = Added(queue);
  const JobPtr third = Added(queue);
  CHECK(queue.Runnable() == 2);
  CHECK(queue.queued() == 3);
  CHECK(queue.Take() == first);
  CHECK(queue.Take() == second);
  CHECK(queue.Runnable() == 0);
  queue.Finish(*second);
  CHECK(queue.Runnable() == 1);
  CHECK(queue.Take() == third);
  CHECK(queue.running() == 2);
  CHECK(queue.queued() == 0);
}

TEST_CASE("StepAside on a running job makes room for the one behind it, once") {
  JobQueue queue({1, 8});
  const JobPtr slow = Running(queue);
  const JobPtr next = Added(queue);
  CHECK(queue.Runnable() == 0);
  CHECK(queue.StepAside(*slow) == CallState::kRunning);
  CHECK(queue.StepAside(*slow) == CallState::kRunning);
  CHECK(queue.slow() == 1);
  CHECK(queue.running() == 0);
  CHECK(queue.Runnable() == 1);
  queue.Finish(*slow);
  CHECK(queue.slow() == 0);
  CHECK(queue.Take() == next);
}

TEST_CASE("StepAside leaves a waiting job in a queue that is merely long") {
  JobQueue queue({1, 8});
  const JobPtr holder = Running(queue);
  const JobPtr waiting = Added(queue);
  CHECK(queue.StepAside(*waiting) == CallState::kQueued);
  CHECK(queue.Runnable() == 0);
  CHECK(queue.queued() == 1);
}

TEST_CASE("StepAside runs a waiting job ahead of those before it where stalls hold the queue up") {
  JobQueue queue({1, 8});
  const JobPtr stalled = Stalled(queue);
  const JobPtr holder = Running(queue);
  const JobPtr before = Added(queue);
  const JobPtr urgent = Added(queue);
  CHECK(queue.StepAside(*urgent) == CallState::kQueued);
  CHECK(queue.Runnable() == 1);
  CHECK(queue.Take() == urgent);
  CHECK(queue.slow() == 2);
  CHECK(queue.Runnable() == 0);
  CHECK(queue.queued() == 1);
}

TEST_CASE("a job that has finished is found so, whatever it is told") {
  JobQueue queue({1, 8});
  const JobPtr job = Running(queue);
  queue.Finish(*job);
  CHECK(queue.StateOf(*job) == CallState::kFinished);
  CHECK(queue.StepAside(*job) == CallState::kFinished);
  CHECK(queue.Abandon(*job) == CallState::kFinished);
  CHECK(queue.running() == 0);
  CHECK(queue.slow() == 0);
  CHECK(queue.abandoned() == 0);
}

TEST_CASE("RunningFor counts from when a job was taken, not from when it was added") {
  JobQueue queue({1, 8});
  const JobPtr job = Added(queue);
  AWhile();
  CHECK(queue.StateOf(*job) == CallState::kQueued);
  queue.Take();
  CHECK(queue.StateOf(*job) == CallState::kRunning);
  CHECK(queue.RunningFor(*job).count() < 25);
  AWhile();
  CHECK(queue.RunningFor(*job).count() >= 25);
}

TEST_CASE("Abandon takes a waiting job out, and lets go of it") {
  JobQueue queue({1, 8});
  const JobPtr holder = Running(queue);
  const JobPtr waiting = Added(queue);
  CHECK(queue.Abandon(*waiting) == CallState::kQueued);
  CHECK(waiting.use_count() == 1);
  CHECK(queue.queued() == 0);
  CHECK(queue.abandoned() == 0);
}

TEST_CASE("Abandon on a running job makes it step aside, and counts it once") {
  JobQueue queue({1, 8});
  const JobPtr stuck = Running(queue);
  CHECK(queue.Abandon(*stuck) == CallState::kRunning);
  CHECK(queue.Abandon(*stuck) == CallState::kRunning);
  CHECK(queue.StepAside(*stuck) == CallState::kRunning);
  CHECK(queue.abandoned() == 1);
  CHECK(queue.slow() == 1);
  CHECK(queue.running() == 0);
  queue.Finish(*stuck);
  CHECK(queue.abandoned() == 0);
  CHECK(queue.slow() == 0);
}

TEST_CASE("AddHedge runs ahead of those that wait, beside a full max") {
  JobQueue queue({1, 8});
  const JobPtr holder = Running(queue);
  const JobPtr waiting = Added(queue);
  const JobPtr hedge = Hedge(queue);
  CHECK(queue.Runnable() == 1);
  CHECK(queue.Take() == hedge);
  CHECK(queue.slow() == 1);
  CHECK(queue.Runnable() == 0);
}

TEST_CASE("AddHedge refuses more than half of hard_max, waiting, running or abandoned") {
  JobQueue queue({1, 8});
  const JobPtr abandoned = Hedge(queue);
  queue.Take();
  queue.Abandon(*abandoned);
  const JobPtr running = Hedge(queue);
  queue.Take();
  const JobPtr third = Hedge(queue);
  const JobPtr fourth = Hedge(queue);
  REQUIRE(fourth != nullptr);
  CHECK(Hedge(queue) == nullptr);
  queue.Withdraw(*fourth);
  REQUIRE(Hedge(queue) != nullptr);
  CHECK(Hedge(queue) == nullptr);
  queue.Finish(*abandoned);
  CHECK(Hedge(queue) != nullptr);
}

TEST_CASE("AddHedge refuses what would leave fewer than max threads to the others") {
  JobQueue queue({2, 4});
  const JobPtr first = Stalled(queue);
  const JobPtr second = Stalled(queue);
  CHECK(Hedge(queue) == nullptr);
  queue.Finish(*second);
  CHECK(Hedge(queue) != nullptr);
}

TEST_CASE("AddHedge refuses while more than max wanted jobs have stalled, hedges not counted") {
  JobQueue queue({1, 64});
  const JobPtr hedge = Hedge(queue);
  REQUIRE(hedge != nullptr);
  queue.Take();
  const JobPtr first = Stalled(queue);
  CHECK(Hedge(queue) != nullptr);
  queue.Take();
  const JobPtr second = Stalled(queue);
  CHECK(Hedge(queue) == nullptr);
  queue.Abandon(*second);
  CHECK(Hedge(queue) != nullptr);
}

TEST_CASE("SetLimits with a lower max holds the next ones back until enough have finished") {
  JobQueue queue({2, 8});
  const JobPtr first = Running(queue);
  const JobPtr second = Running(queue);
  const JobPtr third = Added(queue);
  queue.SetLimits({1, 8});
  queue.Finish(*first);
  CHECK(queue.Runnable() == 0);
  queue.Finish(*second);
  CHECK(queue.Runnable() == 1);
}

}  // namespace
}  // namespace gai
