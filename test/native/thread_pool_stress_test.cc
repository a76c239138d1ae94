// Many threads at the pool at once, for ThreadSanitizer to watch.

#include <random>

#include "doctest.h"
#include "test_pool.h"

namespace gai {
namespace {

class CountedJob : public Job {
 public:
  explicit CountedJob(std::atomic<int>& runs) : runs_(runs) {}

  void Run() override { ++runs_; }

 private:
  std::atomic<int>& runs_;
};

// What became of the jobs of one submitter.
struct Tally {
  int refused = 0;
  int taken_back = 0;  // Abandoned before they ran.
};

Tally SubmitAndMeddle(ThreadPool& pool, std::atomic<int>& runs, int jobs, unsigned seed) {
  std::minstd_rand random(seed);
  Tally tally;
  for (int count = 0; count < jobs; ++count) {
    const auto job = std::make_shared<CountedJob>(runs);
    const unsigned dice = random() % 8;
    int error = 0;
    const ThreadPool::Submitted submitted =
        dice < 2 ? pool.SubmitHedge(job, &error) : pool.Submit(job, &error);
    if (submitted != ThreadPool::Submitted::kAccepted) {
      ++tally.refused;
      continue;
    }
    if (dice % 4 == 1) pool.StepAside(job);
    if (dice % 4 == 2 && pool.Abandon(job) == CallState::kQueued) ++tally.taken_back;
    if (dice == 7) pool.stats();
    if (count % 500 == 0) {
      pool.SetLimits(
          {{1 + random() % 4, 8 + random() % 8}, std::chrono::milliseconds(random() % 3)});
    }
  }
  return tally;
}

TEST_CASE("every job runs, is refused or is taken back, whatever four threads do to the pool") {
  constexpr int kJobs = 2000;
  TestPool pool(2, 8, 1);
  // Now and then no thread can be started: never all of the time.
  std::atomic<bool> over{false};
  std::thread famine([&] {
    while (!over) {
      pool.starter.Allow(0);
      std::this_thread::sleep_for(std::chrono::microseconds(300));
      pool.starter.Allow(1 << 20);
      std::this_thread::sleep_for(std::chrono::microseconds(700));
    }
  });

  std::atomic<int> runs{0};
  std::vector<Tally> tallies(4);
  std::vector<std::thread> submitters;
  for (unsigned seed = 0; seed < tallies.size(); ++seed) {
    submitters.emplace_back(
        [&, seed] { tallies[seed] = SubmitAndMeddle(*pool, runs, kJobs, seed + 1); });
  }
  for (std::thread& submitter : submitters) submitter.join();
  over = true;
  famine.join();

  int expected = kJobs * static_cast<int>(tallies.size());
  for (const Tally& tally : tallies) expected -= tally.refused + tally.taken_back;
  CHECK(Soon([&] { return runs == expected; }));
  CHECK(Soon([&] { return pool.stats().threads == 1; }));  // The one that stays.
  const ThreadPool::Stats stats = pool.stats();
  CHECK(stats.queued == 0);
  CHECK(stats.running == 0);
  CHECK(stats.slow == 0);
  CHECK(stats.abandoned == 0);
}

// Half of the rounds end the pool while its threads are busy, idle, or on their way.
TEST_CASE("a pool that is destroyed at any moment lets its threads go") {
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> runs{0};
    TestPool pool(3, 8, round % 3);
    int error = 0;
    for (int count = 0; count < round % 10; ++count) {
      pool->Submit(std::make_shared<CountedJob>(runs), &error);
    }
    if (round % 2 == 0) std::this_thread::sleep_for(std::chrono::microseconds(round * 7));
    pool.Destroy();
    REQUIRE(Soon([&] { return pool.starter.alive() == 0; }));
  }
}

}  // namespace
}  // namespace gai
