#include "pool/thread_pool.h"

#include <ctime>

#include "doctest.h"
#include "test_pool.h"

namespace gai {
namespace {

using Submitted = ThreadPool::Submitted;

TEST_CASE("a pool without a job has no threads") {
  TestPool pool(4);
  CHECK(pool.starter.started() == 0);
  CHECK(pool.stats().threads == 0);
}

TEST_CASE("Submit starts a thread a job up to max, and the rest waits") {
  TestPool pool(2);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  const auto third = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  AWhile();
  CHECK_FALSE(third->Runs());
  CHECK(pool.starter.started() == 2);
  CHECK(pool.stats().running == 2);
  CHECK(pool.stats().queued == 1);
  second->LetGo();
  CHECK(Soon([&] { return third->Runs(); }));
  CHECK(pool.starter.started() == 2);
}

TEST_CASE(
    "of the idle threads the last to fall asleep is called first, so that the others may go") {
  TestPool pool(4);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  first->LetGo();
  REQUIRE(Soon([&] { return pool.stats().idle == 1; }));
  AWhile();
  second->LetGo();
  REQUIRE(Soon([&] { return pool.stats().idle == 2; }));
  AWhile();
  const auto third = pool.Submit();
  third->LetGo();
  REQUIRE(Soon([&] { return third->Done(); }));
  CHECK(third->thread() == second->thread());
  CHECK(pool.starter.started() == 2);
}

// Submits from CPU 1 a job whose thread falls asleep on this one.
std::thread::id RunFromCpuOne(TestPool& pool, int asleep_on) {
  pool.cpu = 1;
  const auto job = pool.Submit();
  REQUIRE(Soon([&] { return job->Runs(); }));
  pool.cpu = asleep_on;
  const size_t asleep = pool.stats().threads;
  job->LetGo();
  REQUIRE(Soon([&] { return pool.stats().idle == asleep; }));
  AWhile();
  return job->thread();
}

TEST_CASE("up to four threads, one is started where none that is idle ran on the submitter's CPU") {
  TestPool pool(16);
  const std::thread::id first = RunFromCpuOne(pool, 0);
  for (int started = 2; started <= 4; ++started) {
    CHECK(RunFromCpuOne(pool, 0) != first);
    CHECK(pool.starter.started() == started);
  }
  CHECK(RunFromCpuOne(pool, 1) == first);  // It has slept longest.
  CHECK(RunFromCpuOne(pool, 1) == first);  // It has run there.
  CHECK(pool.starter.started() == 4);
}

TEST_CASE("no more than max are started for the submitter's CPU, and none where that fails") {
  TestPool two(2);
  for (int round = 0; round < 3; ++round) RunFromCpuOne(two, 0);
  CHECK(two.starter.started() == 2);
  TestPool pool(16);
  const std::thread::id only = RunFromCpuOne(pool, 0);
  pool.starter.Allow(0);
  CHECK(RunFromCpuOne(pool, 0) == only);
}

TEST_CASE("a thread says that it rests before it sleeps, and not while it has a next job") {
  TestPool pool(1);
  pool.at_rest = [&] { CHECK(pool.stats().running == 0); };  // Never back if a lock were held.
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  first->LetGo();
  REQUIRE(Soon([&] { return second->Runs(); }));
  CHECK(pool.rests == 0);
  second->LetGo();
  CHECK(Soon([&] { return pool.rests == 1; }));
  const auto third = pool.Submit();
  third->LetGo();
  CHECK(Soon([&] { return pool.rests == 2; }));
}

TEST_CASE("threads go after their idle time, but for one: that takes a job when no thread starts") {
  TestPool pool(4, 64, 20);
  for (int count = 0; count < 4; ++count) pool.Submit();
  REQUIRE(Soon([&] { return pool.stats().running == 4; }));
  pool.LetAllGo();
  REQUIRE(Soon([&] { return pool.starter.alive() == 1; }));
  AWhile();
  CHECK(pool.stats().threads == 1);
  CHECK(pool.stats().idle == 1);
  pool.starter.Allow(0);
  const auto later = pool.Submit();
  CHECK(Soon([&] { return later->Runs(); }));
  CHECK(pool.starter.started() == 4);
}

TEST_CASE("an idle thread stays beside one that hangs, and a later job starts another") {
  TestPool pool(2, 64, 1);
  const auto stuck = pool.Submit();
  const auto first = pool.Submit();
  first->LetGo();
  REQUIRE(Soon([&] { return stuck->Runs() && first->Done(); }));
  AWhile();
  CHECK(pool.stats().threads == 2);
  pool->StepAside(stuck);
  const auto second = pool.Submit();
  const auto third = pool.Submit();
  CHECK(Soon([&] { return second->Runs() && third->Runs(); }));
  CHECK(pool.starter.started() == 3);
}

TEST_CASE("a pool with an idle time of 0 runs every job") {
  TestPool pool(2, 64, 0);
  for (int round = 0; round < 200; ++round) {
    const auto job = pool.Submit();
    job->LetGo();
    REQUIRE(Soon([&] { return job->Done(); }));
  }
}

TEST_CASE("StepAside on a running job makes room for the one behind it") {
  TestPool pool(1);
  const auto slow = pool.Submit();
  const auto next = pool.Submit();
  REQUIRE(Soon([&] { return slow->Runs(); }));
  CHECK(pool->StepAside(slow) == CallState::kRunning);
  REQUIRE(Soon([&] { return next->Runs(); }));
  CHECK(pool.stats().slow == 1);
  CHECK(pool.stats().running == 1);
  CHECK(pool->StepAside(slow) == CallState::kRunning);
  CHECK(pool.stats().slow == 1);
}

TEST_CASE("hard_max holds all threads together, however many jobs step aside") {
  TestPool pool(2, 4);
  std::vector<std::shared_ptr<HeldJob>> jobs;
  for (int count = 0; count < 8; ++count) jobs.push_back(pool.Submit());
  REQUIRE(Soon([&] { return jobs[0]->Runs() && jobs[1]->Runs(); }));
  for (const auto& job : jobs) pool->StepAside(job);
  REQUIRE(Soon([&] { return jobs[3]->Runs(); }));
  AWhile();
  CHECK(pool.starter.started() == 4);
  CHECK(pool.stats().threads == 4);
  CHECK(pool.stats().queued == 4);
  pool.LetAllGo();
  for (const auto& job : jobs) CHECK(Soon([&] { return job->Done(); }));
}

TEST_CASE("SubmitHedge runs beside a full max") {
  TestPool pool(1, 8);
  const auto holder = pool.Submit();
  const auto hedge = pool.SubmitHedge();
  CHECK(Soon([&] { return holder->Runs() && hedge->Runs(); }));
}

TEST_CASE("SubmitHedge refuses more than half of hard_max") {
  TestPool pool(1, 8);
  for (int count = 0; count < 4; ++count) pool.SubmitHedge();
  REQUIRE(Soon([&] { return pool.stats().slow == 4; }));
  int error = 0;
  const auto refused = std::make_shared<HeldJob>();
  CHECK(pool->SubmitHedge(refused, &error) == Submitted::kRefused);
  CHECK(refused.use_count() == 1);
  pool.LetAllGo();
  REQUIRE(Soon([&] { return pool.stats().slow == 0; }));
  CHECK(Soon([later = pool.SubmitHedge()] { return later->Runs(); }));
}

TEST_CASE("Look says for how long a job has run, and finds one that waits or is done") {
  TestPool pool(1);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs(); }));
  AWhile();
  std::chrono::milliseconds running_for{-1};
  CHECK(pool->Look(second, &running_for) == CallState::kQueued);
  CHECK(running_for.count() == -1);
  CHECK(pool->Look(first, &running_for) == CallState::kRunning);
  CHECK(running_for.count() >= 25);
  first->LetGo();
  REQUIRE(Soon([&] { return second->Runs(); }));
  CHECK(pool->Look(first, &running_for) == CallState::kFinished);
}

TEST_CASE("Abandon takes a waiting job off the queue: it never runs, and the pool lets go of it") {
  TestPool pool(1);
  const auto holder = pool.Submit();
  REQUIRE(Soon([&] { return holder->Runs(); }));
  int error = 0;
  auto waiting = std::make_shared<HeldJob>();
  pool->Submit(waiting, &error);
  CHECK(pool->Abandon(waiting) == CallState::kQueued);
  CHECK(waiting.use_count() == 1);
  CHECK(pool.stats().queued == 0);
  holder->LetGo();
  REQUIRE(Soon([&] { return pool.stats().idle == 1; }));
  AWhile();
  CHECK_FALSE(waiting->Runs());
}

TEST_CASE("Abandon on a running job makes it step aside, and counts it once") {
  TestPool pool(1);
  const auto stuck = pool.Submit();
  REQUIRE(Soon([&] { return stuck->Runs(); }));
  CHECK(pool->Abandon(stuck) == CallState::kRunning);
  CHECK(pool->Abandon(stuck) == CallState::kRunning);
  CHECK(pool.stats().abandoned == 1);
  CHECK(pool.stats().slow == 1);
  const auto next = pool.Submit();
  CHECK(Soon([&] { return next->Runs(); }));
  stuck->LetGo();
  CHECK(Soon([&] { return pool.stats().abandoned == 0; }));
}

TEST_CASE("SetLimits with a higher max runs what waits") {
  TestPool pool(1);
  pool.Submit();
  const auto second = pool.Submit();
  const auto third = pool.Submit();
  pool->SetLimits({{3, 64}, std::chrono::seconds(10)});
  CHECK(Soon([&] { return second->Runs() && third->Runs(); }));
}

TEST_CASE("SetLimits with a lower max leaves running jobs alone and holds the next ones back") {
  TestPool pool(2);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  const auto third = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  pool->SetLimits({{1, 64}, std::chrono::seconds(10)});
  first->LetGo();
  REQUIRE(Soon([&] { return pool.stats().running == 1; }));
  AWhile();
  CHECK_FALSE(third->Runs());
  second->LetGo();
  CHECK(Soon([&] { return third->Runs(); }));
}

TEST_CASE("SetLimits with a shorter idle time reaches threads that are idle already") {
  TestPool pool(2);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  pool.LetAllGo();
  REQUIRE(Soon([&] { return pool.stats().idle == 2; }));
  AWhile();
  pool->SetLimits({{2, 64}, std::chrono::milliseconds(10)});
  CHECK(Soon([&] { return pool.starter.alive() == 1; }));
}

TEST_CASE("the pool goes at once while a job runs; the job ends, those that wait never run") {
  TestPool pool(1);
  const auto running = pool.Submit();
  auto waiting = std::make_shared<HeldJob>();
  int error = 0;
  pool->Submit(waiting, &error);
  REQUIRE(Soon([&] { return running->Runs(); }));
  pool.Destroy();
  CHECK_FALSE(running->Done());
  running->LetGo();
  REQUIRE(Soon([&] { return pool.starter.alive() == 0; }));
  CHECK(running->Done());
  CHECK_FALSE(waiting->Runs());
  CHECK(waiting.use_count() == 1);
}

TEST_CASE("the pool's idle threads go with it, long before their idle time") {
  TestPool pool(2);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  pool.LetAllGo();
  REQUIRE(Soon([&] { return pool.stats().idle == 2; }));
  pool.Destroy();
  CHECK(Soon([&] { return pool.starter.alive() == 0; }));
}

// A job whose last owner is the pool: what it drops may well call the pool again.
class CallsBackJob : public Job {
 public:
  CallsBackJob(ThreadPool& pool, Gate& gone) : pool_(pool), gone_(gone) {}
  ~CallsBackJob() override {
    pool_.stats();
    gone_.Open();
  }
  void Run() override {}

 private:
  ThreadPool& pool_;
  Gate& gone_;
};

TEST_CASE("a job is dropped without the pool's lock") {
  TestPool pool(1);
  Gate gone;
  int error = 0;
  pool->Submit(std::make_shared<CallsBackJob>(*pool, gone), &error);
  gone.Pass();
}

// Keeps the thread that lets go of it last.
class SlowToDropJob : public Job {
 public:
  struct Gates {
    Gate submitted;  // Before, who submitted it may be the last to let go.
    Gate going;
    Gate gone;
  };

  explicit SlowToDropJob(Gates& gates) : gates_(gates) {}
  ~SlowToDropJob() override {
    gates_.going.Open();
    gates_.gone.Pass();
  }

  static void SubmitTo(ThreadPool& pool, Gates& gates) {
    int error = 0;
    pool.Submit(std::make_shared<SlowToDropJob>(gates), &error);
    gates.submitted.Open();
    gates.going.Pass();
  }

  void Run() override { gates_.submitted.Pass(); }

 private:
  Gates& gates_;
};

TEST_CASE("a thread that drops its last job counts for the next one: max jobs need max threads") {
  SlowToDropJob::Gates gates;
  TestPool pool(1);
  SlowToDropJob::SubmitTo(*pool, gates);
  const auto next = pool.Submit();
  AWhile();
  CHECK(pool.starter.started() == 1);
  gates.gone.Open();
  CHECK(Soon([&] { return next->Runs(); }));
  CHECK(pool.starter.started() == 1);
}

TEST_CASE("an idle thread does not wait for one that drops its last job") {
  SlowToDropJob::Gates gates;
  TestPool pool(2);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  first->LetGo();
  REQUIRE(Soon([&] { return pool.rests == 1; }));
  SlowToDropJob::SubmitTo(*pool, gates);
  second->LetGo();
  REQUIRE(Soon([&] { return pool.rests == 2; }));
  CHECK(Soon([next = pool.Submit()] { return next->Runs(); }));
  gates.gone.Open();
}

TEST_CASE("after jobs in quick succession an idle pool takes no CPU time") {
  TestPool pool(2);
  for (int count = 0; count < 500; ++count) {
    const auto job = pool.Submit();
    job->LetGo();
    while (!job->Done()) {
    }
  }
  AWhile();
  const std::clock_t before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  CHECK(std::clock() - before < CLOCKS_PER_SEC / 20);
}

}  // namespace
}  // namespace gai
