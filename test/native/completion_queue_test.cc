#include "completion_queue.h"

#include <atomic>
#include <thread>

#include "doctest.h"
#include "gate.h"

namespace gai {
namespace {

Completion Numbered(uint32_t number) {
  Completion completion;
  completion.slot = number;
  return completion;
}

TEST_CASE("Post wakes once for many completions, and Drain brings them oldest first") {
  int wakes = 0;
  CompletionQueue queue([&] { ++wakes; });
  for (uint64_t id = 1; id <= 3; ++id) queue.Post(Numbered(id));
  CHECK(wakes == 1);
  const std::vector<Completion> completions = queue.Drain();
  REQUIRE(completions.size() == 3);
  CHECK(completions[0].slot == 1);
  CHECK(completions[2].slot == 3);
  CHECK(queue.Drain().empty());
}

TEST_CASE("Post after a Drain wakes again") {
  int wakes = 0;
  CompletionQueue queue([&] { ++wakes; });
  queue.Post(Numbered(1));
  queue.Drain();
  queue.Post(Numbered(2));
  CHECK(wakes == 2);
}

TEST_CASE("a closed queue drops its completions, and wakes nobody") {
  int wakes = 0;
  CompletionQueue queue([&] { ++wakes; });
  queue.Post(Numbered(1));
  queue.Close();
  queue.Post(Numbered(2));
  CHECK(wakes == 1);
  CHECK(queue.Drain().empty());
}

TEST_CASE("Close waits for a wake-up that is under way") {
  Gate waking;
  Gate go_on;
  std::atomic<bool> woken{false};
  CompletionQueue queue([&] {
    waking.Open();
    go_on.Pass();
    woken = true;
  });
  std::thread poster([&] { queue.Post(Numbered(1)); });
  waking.Pass();
  std::atomic<bool> woken_at_close{false};
  std::thread closer([&] {
    queue.Close();
    woken_at_close = woken.load();
  });
  AWhile();
  go_on.Open();
  poster.join();
  closer.join();
  CHECK(woken_at_close);
}

TEST_CASE("every completion of four threads arrives, in each thread's order, by wake-ups alone") {
  constexpr uint64_t kCompletions = 5000;
  constexpr uint64_t kThreads = 4;
  std::atomic<int> wakes{0};
  CompletionQueue queue([&] { ++wakes; });
  std::vector<std::thread> posters;
  for (uint32_t number = 0; number < kThreads; ++number) {
    posters.emplace_back([&queue, number] {
      for (uint64_t id = 0; id < kCompletions; ++id)
        queue.Post(Numbered(number * kCompletions + id));
    });
  }

  std::vector<uint64_t> next(kThreads, 0);
  uint64_t received = 0;
  bool ordered = true;
  CHECK(Soon([&] {
    if (wakes.exchange(0) == 0) return false;
    for (const Completion& completion : queue.Drain()) {
      ordered = ordered && completion.slot % kCompletions == next[completion.slot / kCompletions]++;
      ++received;
    }
    return received == kThreads * kCompletions;
  }));
  CHECK(ordered);
  for (std::thread& poster : posters) poster.join();
}

TEST_CASE("a queue may be closed while others post") {
  for (int round = 0; round < 50; ++round) {
    std::atomic<bool> open{true};
    std::atomic<bool> woken_after{false};
    CompletionQueue queue([&] {
      if (!open) woken_after = true;
    });
    std::thread poster([&] {
      for (uint64_t id = 0; id < 200; ++id) {
        queue.Post(Numbered(id));
        queue.Drain();
      }
    });
    queue.Close();
    open = false;
    poster.join();
    REQUIRE_FALSE(woken_after);
  }
}

}  // namespace
}  // namespace gai
