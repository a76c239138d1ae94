#include "pool/thread_pool.h"

#include <ctime>

#include "doctest.h"
#include "test_pool.h"

namespace gai {
namespace {

using Found = ThreadPool::Found;
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

TEST_CASE("jobs that wait run in the order of their submission") {
  TestPool pool(1);
  const auto holder = pool.Submit();
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  holder->LetGo();
  REQUIRE(Soon([&] { return first->Runs(); }));
  CHECK_FALSE(second->Runs());
  first->LetGo();
  CHECK(Soon([&] { return second->Runs(); }));
}

TEST_CASE("of the idle threads the last to park is called first, so that the others may go") {
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

TEST_CASE("a thread goes after its idle time, and a later job starts another") {
  TestPool pool(4, 64, 20);
  pool.Submit()->LetGo();
  REQUIRE(Soon([&] { return pool.starter.alive() == 0; }));
  CHECK(pool.stats().threads == 0);
  const auto later = pool.Submit();
  CHECK(Soon([&] { return later->Runs(); }));
  CHECK(pool.starter.started() == 2);
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
  CHECK(pool->StepAside(slow) == Found::kRunning);
  REQUIRE(Soon([&] { return next->Runs(); }));
  CHECK(pool.stats().slow == 1);
  CHECK(pool.stats().running == 1);
  CHECK(pool->StepAside(slow) == Found::kRunning);
  CHECK(pool.stats().slow == 1);
}

TEST_CASE("StepAside leaves a waiting job in a queue that is merely long") {
  TestPool pool(1);
  const auto holder = pool.Submit();
  REQUIRE(Soon([&] { return holder->Runs(); }));
  const auto waiting = pool.Submit();
  CHECK(pool->StepAside(waiting) == Found::kWaiting);
  AWhile();
  CHECK_FALSE(waiting->Runs());
  CHECK(pool.stats().queued == 1);
}

TEST_CASE("StepAside runs a waiting job ahead of those before it where stalls hold the queue up") {
  TestPool pool(1);
  const auto stalled = pool.Submit();
  REQUIRE(Soon([&] { return stalled->Runs(); }));
  pool->StepAside(stalled);
  const auto holder = pool.Submit();
  REQUIRE(Soon([&] { return holder->Runs(); }));
  const auto before = pool.Submit();
  const auto urgent = pool.Submit();
  CHECK(pool->StepAside(urgent) == Found::kWaiting);
  REQUIRE(Soon([&] { return urgent->Runs(); }));
  CHECK_FALSE(before->Runs());
  CHECK(pool.stats().queued == 1);
}

TEST_CASE("StepAside on a job that is done finds it gone") {
  TestPool pool(1);
  const auto job = pool.Submit();
  job->LetGo();
  REQUIRE(Soon([&] { return job->Done() && pool.stats().running == 0; }));
  CHECK(pool->StepAside(job) == Found::kGone);
  CHECK(pool->Abandon(job) == Found::kGone);
  CHECK(pool.stats().slow == 0);
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

TEST_CASE("SubmitExtra runs beside a full max") {
  TestPool pool(1, 8);
  const auto holder = pool.Submit();
  const auto extra = pool.SubmitExtra();
  CHECK(Soon([&] { return holder->Runs() && extra->Runs(); }));
}

TEST_CASE("SubmitExtra refuses more than half of hard_max") {
  TestPool pool(1, 8);
  for (int count = 0; count < 4; ++count) pool.SubmitExtra();
  REQUIRE(Soon([&] { return pool.stats().slow == 4; }));
  int error = 0;
  const auto refused = std::make_shared<HeldJob>();
  CHECK(pool->SubmitExtra(refused, &error) == Submitted::kRefused);
  CHECK(refused.use_count() == 1);
  pool.LetAllGo();
  REQUIRE(Soon([&] { return pool.stats().slow == 0; }));
  CHECK(Soon([later = pool.SubmitExtra()] { return later->Runs(); }));
}

TEST_CASE("SubmitExtra refuses what would leave fewer than max threads to the others") {
  TestPool pool(2, 4);
  for (int count = 0; count < 2; ++count) {
    const auto slow = pool.Submit();
    REQUIRE(Soon([&] { return slow->Runs(); }));
    pool->StepAside(slow);
  }
  int error = 0;
  CHECK(pool->SubmitExtra(std::make_shared<HeldJob>(), &error) == Submitted::kRefused);
}

TEST_CASE("SubmitExtra refuses while more than max wanted jobs have stepped aside") {
  TestPool pool(1, 64);
  std::vector<std::shared_ptr<HeldJob>> stalled;
  for (int count = 0; count < 2; ++count) {
    stalled.push_back(pool.Submit());
    REQUIRE(Soon([&] { return stalled.back()->Runs(); }));
    pool->StepAside(stalled.back());
  }
  int error = 0;
  CHECK(pool->SubmitExtra(std::make_shared<HeldJob>(), &error) == Submitted::kRefused);
  pool->Abandon(stalled.back());
  CHECK(Soon([extra = pool.SubmitExtra()] { return extra->Runs(); }));
}

TEST_CASE("Look says for how long a job has run, and finds one that waits or is done") {
  TestPool pool(1);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs(); }));
  AWhile();
  std::chrono::milliseconds running_for{-1};
  CHECK(pool->Look(second, &running_for) == Found::kWaiting);
  CHECK(running_for.count() == -1);
  CHECK(pool->Look(first, &running_for) == Found::kRunning);
  CHECK(running_for.count() >= 25);
  first->LetGo();
  REQUIRE(Soon([&] { return second->Runs(); }));
  CHECK(pool->Look(first, &running_for) == Found::kGone);
}

TEST_CASE("an extra that is abandoned gives its place back") {
  TestPool pool(1, 2);
  const auto holder = pool.Submit();
  REQUIRE(Soon([&] { return holder->Runs(); }));
  const auto extra = pool.SubmitExtra();
  pool->Abandon(extra);  // It may run already: then it ends at once.
  extra->LetGo();
  REQUIRE(Soon([&] { return pool.stats().slow == 0; }));
  int error = 0;
  const auto again = std::make_shared<HeldJob>();
  again->LetGo();
  CHECK(pool->SubmitExtra(again, &error) == Submitted::kAccepted);
}

TEST_CASE("Abandon takes a waiting job off the queue: it never runs, and the pool lets go of it") {
  TestPool pool(1);
  const auto holder = pool.Submit();
  REQUIRE(Soon([&] { return holder->Runs(); }));
  int error = 0;
  auto waiting = std::make_shared<HeldJob>();
  pool->Submit(waiting, &error);
  CHECK(pool->Abandon(waiting) == Found::kWaiting);
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
  CHECK(pool->Abandon(stuck) == Found::kRunning);
  CHECK(pool->Abandon(stuck) == Found::kRunning);
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
  pool->SetLimits({3, 64, std::chrono::seconds(10)});
  CHECK(Soon([&] { return second->Runs() && third->Runs(); }));
}

TEST_CASE("SetLimits with a lower max leaves running jobs alone and holds the next ones back") {
  TestPool pool(2);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  const auto third = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  pool->SetLimits({1, 64, std::chrono::seconds(10)});
  first->LetGo();
  REQUIRE(Soon([&] { return pool.stats().running == 1; }));
  AWhile();
  CHECK_FALSE(third->Runs());
  second->LetGo();
  CHECK(Soon([&] { return third->Runs(); }));
}

TEST_CASE("SetLimits with a shorter idle time reaches threads that are idle already") {
  TestPool pool(2);
  const auto job = pool.Submit();
  job->LetGo();
  REQUIRE(Soon([&] { return job->Done() && pool.stats().running == 0; }));
  AWhile();
  pool->SetLimits({2, 64, std::chrono::milliseconds(10)});
  CHECK(Soon([&] { return pool.starter.alive() == 0; }));
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
class CallsBackJob : public ThreadPool::Job {
 public:
  CallsBackJob(ThreadPool& pool, Gate& gone) : pool_(pool), gone_(gone) {}
  ~CallsBackJob() override {
    pool_.stats();
    gone_.Open();
  }

 private:
  void Run() override {}

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
class LingeringJob : public ThreadPool::Job {
 public:
  struct Gates {
    Gate submitted;  // Before, who submitted it may be the last to let go.
    Gate going;
    Gate gone;
  };

  explicit LingeringJob(Gates& gates) : gates_(gates) {}
  ~LingeringJob() override {
    gates_.going.Open();
    gates_.gone.Pass();
  }

  static void SubmitTo(ThreadPool& pool, Gates& gates) {
    int error = 0;
    pool.Submit(std::make_shared<LingeringJob>(gates), &error);
    gates.submitted.Open();
    gates.going.Pass();
  }

 private:
  void Run() override { gates_.submitted.Pass(); }

  Gates& gates_;
};

TEST_CASE("a thread that drops its last job counts for the next one: max jobs need max threads") {
  LingeringJob::Gates gates;
  TestPool pool(1);
  LingeringJob::SubmitTo(*pool, gates);
  const auto next = pool.Submit();
  AWhile();
  CHECK(pool.starter.started() == 1);
  gates.gone.Open();
  CHECK(Soon([&] { return next->Runs(); }));
  CHECK(pool.starter.started() == 1);
}

TEST_CASE("an idle thread does not wait for one that drops its last job") {
  LingeringJob::Gates gates;
  TestPool pool(2);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs() && second->Runs(); }));
  first->LetGo();
  REQUIRE(Soon([&] { return pool.rests == 1; }));
  LingeringJob::SubmitTo(*pool, gates);
  second->LetGo();
  REQUIRE(Soon([&] { return pool.rests == 2; }));
  CHECK(Soon([next = pool.Submit()] { return next->Runs(); }));
  gates.gone.Open();
}

// A thread that lingers for the next of them does so for a moment.
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
