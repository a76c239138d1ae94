#include "mailbox.h"

#include <atomic>
#include <thread>

#include "doctest.h"
#include "gate.h"

namespace gai {
namespace {

Letter Numbered(int64_t id) {
  Letter letter;
  letter.id = id;
  return letter;
}

TEST_CASE("Post wakes once for many letters, and Drain brings them oldest first") {
  int wakes = 0;
  Mailbox mailbox([&] { ++wakes; });
  for (int64_t id = 1; id <= 3; ++id) mailbox.Post(Numbered(id));
  CHECK(wakes == 1);
  const std::vector<Letter> letters = mailbox.Drain();
  REQUIRE(letters.size() == 3);
  CHECK(letters[0].id == 1);
  CHECK(letters[2].id == 3);
  CHECK(mailbox.Drain().empty());
}

TEST_CASE("Post after a Drain wakes again") {
  int wakes = 0;
  Mailbox mailbox([&] { ++wakes; });
  mailbox.Post(Numbered(1));
  mailbox.Drain();
  mailbox.Post(Numbered(2));
  CHECK(wakes == 2);
}

TEST_CASE("a closed mailbox drops its letters, and wakes nobody") {
  int wakes = 0;
  Mailbox mailbox([&] { ++wakes; });
  mailbox.Post(Numbered(1));
  mailbox.Close();
  mailbox.Post(Numbered(2));
  CHECK(wakes == 1);
  CHECK(mailbox.Drain().empty());
}

TEST_CASE("Close waits for a wake-up that is under way") {
  Gate waking;
  Gate go_on;
  std::atomic<bool> woken{false};
  Mailbox mailbox([&] {
    waking.Open();
    go_on.Pass();
    woken = true;
  });
  std::thread poster([&] { mailbox.Post(Numbered(1)); });
  waking.Pass();
  std::atomic<bool> woken_at_close{false};
  std::thread closer([&] {
    mailbox.Close();
    woken_at_close = woken.load();
  });
  AWhile();
  go_on.Open();
  poster.join();
  closer.join();
  CHECK(woken_at_close);
}

TEST_CASE("every letter of four threads arrives, in each thread's order, by wake-ups alone") {
  constexpr int64_t kLetters = 5000;
  constexpr int64_t kThreads = 4;
  std::atomic<int> wakes{0};
  Mailbox mailbox([&] { ++wakes; });
  std::vector<std::thread> posters;
  for (int64_t number = 0; number < kThreads; ++number) {
    posters.emplace_back([&mailbox, number] {
      for (int64_t id = 0; id < kLetters; ++id) mailbox.Post(Numbered(number * kLetters + id));
    });
  }

  std::vector<int64_t> next(kThreads, 0);
  int64_t received = 0;
  bool ordered = true;
  CHECK(Soon([&] {
    if (wakes.exchange(0) == 0) return false;
    for (const Letter& letter : mailbox.Drain()) {
      ordered = ordered && letter.id % kLetters == next[letter.id / kLetters]++;
      ++received;
    }
    return received == kThreads * kLetters;
  }));
  CHECK(ordered);
  for (std::thread& poster : posters) poster.join();
}

TEST_CASE("a mailbox may be closed while others post") {
  for (int round = 0; round < 50; ++round) {
    std::atomic<bool> open{true};
    std::atomic<bool> woken_after{false};
    Mailbox mailbox([&] {
      if (!open) woken_after = true;
    });
    std::thread poster([&] {
      for (int64_t id = 0; id < 200; ++id) {
        mailbox.Post(Numbered(id));
        mailbox.Drain();
      }
    });
    mailbox.Close();
    open = false;
    poster.join();
    REQUIRE_FALSE(woken_after);
  }
}

}  // namespace
}  // namespace gai
