// The pool when threads cannot be started.

#include "doctest.h"
#include "test_pool.h"

namespace gai {
namespace {

using Submitted = ThreadPool::Submitted;

TEST_CASE("Submit without any thread says why none could be started, and drops the job") {
  TestPool pool(2);
  pool.starter.Allow(0);
  int error = 0;
  const auto job = std::make_shared<HeldJob>();
  CHECK(pool->Submit(job, &error) == Submitted::kNoThread);
  CHECK(error == EAGAIN);
  CHECK(job.use_count() == 1);
  CHECK(pool.stats().queued == 0);
  CHECK(pool.stats().threads == 0);

  pool.starter.Allow(1);
  CHECK(Soon([later = pool.Submit()] { return later->Runs(); }));
  CHECK_FALSE(job->Runs());
}

TEST_CASE("SubmitHedge without any thread gives its place back") {
  TestPool pool(1, 2);
  pool.starter.Allow(0);
  int error = 0;
  CHECK(pool->SubmitHedge(std::make_shared<HeldJob>(), &error) == Submitted::kNoThread);
  pool.starter.Allow(1);
  CHECK(Soon([later = pool.SubmitHedge()] { return later->Runs(); }));
}

TEST_CASE("Submit leaves the job to the threads there are when no new one can be started") {
  TestPool pool(4);
  pool.starter.Allow(1);
  const auto first = pool.Submit();
  const auto second = pool.Submit();
  REQUIRE(Soon([&] { return first->Runs(); }));
  CHECK(pool.stats().threads == 1);
  CHECK(pool.stats().queued == 1);
  first->LetGo();
  CHECK(Soon([&] { return second->Runs(); }));
}

TEST_CASE("a later Submit starts the threads that an earlier one could not") {
  TestPool pool(4);
  pool.starter.Allow(1);
  pool.Submit();
  const auto second = pool.Submit();
  AWhile();
  CHECK_FALSE(second->Runs());
  pool.starter.Allow(8);
  const auto third = pool.Submit();
  CHECK(Soon([&] { return second->Runs() && third->Runs(); }));
}

TEST_CASE("StepAside when no thread can be started leaves the queue to those that run") {
  TestPool pool(1);
  pool.starter.Allow(1);
  const auto stuck = pool.Submit();
  const auto next = pool.Submit();
  REQUIRE(Soon([&] { return stuck->Runs(); }));
  pool->StepAside(stuck);
  AWhile();
  CHECK_FALSE(next->Runs());
  stuck->LetGo();
  CHECK(Soon([&] { return next->Runs(); }));
}

// Two environments submit at once and neither gets its thread: each is refused. A job that counted
// on the other's thread would wait for ever.
TEST_CASE("two jobs at once, each without a thread, are both refused") {
  Gate first_is_starting;
  std::atomic<int> starts{0};
  const auto pool = std::make_shared<ThreadPool>(
      ThreadPool::Limits{{2, 8}, std::chrono::seconds(10)},
      [&](const std::string&, const std::function<void()>&) {
        if (starts.fetch_add(1) == 0) {
          first_is_starting.Open();
          AWhile();  // So that the second submits meanwhile.
        }
        return EAGAIN;
      },
      [] {}, [] { return Cpu{0}; });

  Submitted first = Submitted::kAccepted;
  std::thread other([&] {
    int error = 0;
    first = pool->Submit(std::make_shared<HeldJob>(), &error);
  });
  first_is_starting.Pass();
  int error = 0;
  const Submitted second = pool->Submit(std::make_shared<HeldJob>(), &error);
  other.join();
  CHECK(first == Submitted::kNoThread);
  CHECK(second == Submitted::kNoThread);
  CHECK(error == EAGAIN);
  CHECK(pool->stats().queued == 0);
}

// Holds one start of a pool up, then lets it fail; all others succeed.
class FailingStart {
 public:
  FailingStart(TestPool& pool, int number) {
    pool.starter.before = [this, &pool, number](int start) {
      if (start == number) {
        begun_.Open();
        end_.Pass();
      }
      pool.starter.Allow(start == number ? 0 : 1);
    };
  }

  void WaitUntilBegun() { begun_.Pass(); }
  void Fail() { end_.Open(); }

 private:
  Gate begun_;
  Gate end_;
};

// With `max` 1 the second job needs no thread of its own: that of the first takes it, if there is
// one.
TEST_CASE("a job that counted on the thread of another, which cannot be started, gets its own") {
  TestPool pool(1);
  FailingStart start(pool, 0);
  std::thread other([&] {
    int error = 0;
    const auto job = std::make_shared<HeldJob>();
    job->LetGo();
    pool->Submit(job, &error);
  });
  start.WaitUntilBegun();
  const auto job = std::make_shared<HeldJob>();
  job->LetGo();
  Submitted submitted = Submitted::kRefused;
  std::thread submitter([&] {
    int error = 0;
    submitted = pool->Submit(job, &error);
  });
  AWhile();
  start.Fail();
  other.join();
  submitter.join();
  CHECK(submitted == Submitted::kAccepted);
  CHECK(Soon([&] { return job->Done(); }));
  CHECK(pool.stats().queued == 0);
}

TEST_CASE("a job that counted on a thread which cannot be started is taken by an idle one") {
  TestPool pool(2);
  FailingStart start(pool, 1);
  const auto first = pool.Submit();
  const auto second = std::make_shared<HeldJob>();
  std::thread other([&] {
    int error = 0;
    CHECK(pool->Submit(second, &error) == Submitted::kAccepted);
  });
  start.WaitUntilBegun();
  first->LetGo();
  second->LetGo();
  REQUIRE(Soon([&] { return second->Done() && pool.rests == 1; }));
  const auto third = pool.Submit();
  start.Fail();
  other.join();
  CHECK(Soon([&] { return third->Runs(); }));
}

TEST_CASE("a thread whose idle time is over takes a job that counted on one not yet started") {
  TestPool pool(2, 8, 0);
  FailingStart start(pool, 1);
  std::shared_ptr<HeldJob> third;
  std::atomic<bool> submitted{false};
  pool.at_rest = [&] {
    if (submitted) return;
    third = pool.Submit();
    submitted = true;
  };
  const auto first = pool.Submit();
  const auto second = std::make_shared<HeldJob>();
  second->LetGo();
  std::thread other([&] {
    int error = 0;
    CHECK(pool->Submit(second, &error) == Submitted::kAccepted);
  });
  start.WaitUntilBegun();
  first->LetGo();
  REQUIRE(Soon([&] { return submitted.load(); }));
  CHECK(Soon([&] { return third->Runs(); }));
  start.Fail();
  other.join();
}

}  // namespace
}  // namespace gai
