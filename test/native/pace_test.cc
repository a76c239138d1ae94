// From a deadline to timeout and attempts: the rule of pace.h, by numbers.

#include "resolver/pace.h"

#include "doctest.h"

namespace gai {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kNow = std::chrono::steady_clock::time_point(seconds(1000));

Pace Within(milliseconds left, int hedges = 2) {
  Pace pace;
  pace.deadline = kNow + left;
  pace.hedges = hedges;
  return pace;
}

Course Over(int nameservers, int candidates = 1, bool both = false) {
  return {nameservers, candidates, both};
}

Retries Paced(const Retries& given, const Pace& pace, const Course& course, Chosen chosen = {}) {
  return PacedRetries(given, chosen, pace, course, kNow);
}

TEST_CASE("SilentTime counts as glibc does: the timeout is doubled and shared over nameservers") {
  CHECK(SilentTime({5, 2}, Over(1)) == seconds(10));
  CHECK(SilentTime({5, 2}, Over(1, 2)) == seconds(20));
  CHECK(SilentTime({5, 2}, Over(2)) == seconds(20));
  CHECK(SilentTime({5, 1}, Over(3)) == seconds(5 + 3 + 6));
  CHECK(SilentTime({1, 1}, Over(3)) == seconds(3));
}

TEST_CASE("PacedRetries without a deadline leaves everything alone, but for a hedge") {
  Pace pace;
  CHECK(Paced({5, 2}, pace, Over(1)) == Retries{5, 2});
  pace.hedge = true;
  CHECK(Paced({5, 2}, pace, Over(1)) == Retries{5, 1});
}

TEST_CASE("PacedRetries leaves alone what ends by the deadline") {
  CHECK(Paced({1, 2}, Within(seconds(5)), Over(1)) == Retries{1, 2});
  CHECK(Paced({5, 2}, Within(seconds(10)), Over(1)) == Retries{5, 2});
  CHECK(Paced({5, 2}, Within(seconds(60)), Over(2, 2)) == Retries{5, 2});
}

TEST_CASE("PacedRetries of the default deadline: soon after it, in short steps") {
  CHECK(Paced({5, 2}, Within(seconds(5)), Over(1)) == Retries{1, 6});
  CHECK(Paced({5, 2}, Within(seconds(5)), Over(1, 2)) == Retries{1, 3});
  CHECK(Paced({5, 2}, Within(seconds(5)), Over(2)) == Retries{1, 3});
  CHECK(Paced({5, 2}, Within(seconds(5)), Over(3)) == Retries{1, 2});
  CHECK(Paced({5, 2}, Within(seconds(5)), Over(3, 2)) == Retries{1, 1});
}

TEST_CASE("PacedRetries ends before the deadline where whole seconds would go far beyond it") {
  CHECK(Paced({5, 2}, Within(seconds(5)), Over(2, 2)) == Retries{1, 1});
}

TEST_CASE("PacedRetries asks every nameserver once, whatever the deadline") {
  CHECK(Paced({5, 2}, Within(milliseconds(1)), Over(3, 2)) == Retries{1, 1});
  CHECK(Paced({5, 2}, Within(-seconds(3)), Over(1)) == Retries{1, 1});
}

TEST_CASE("PacedRetries without a nameserver, whom libc replaces by the loopback address") {
  CHECK(Paced({5, 2}, Within(seconds(5)), Over(0)) == Retries{1, 6});
}

TEST_CASE("PacedRetries takes a timeout below one second for one, as glibc does") {
  for (const int timeout : {0, -5}) {
    CAPTURE(timeout);
    CHECK(SilentTime({timeout, 2}, Over(3)) == seconds(6));
    CHECK(Paced({timeout, 2}, Within(milliseconds(300)), Over(1)) == Retries{1, 1});
    CHECK(Paced({timeout, 2}, Within(seconds(5)), Over(1)) == Retries{timeout, 2});
    CHECK(Paced({timeout, 2}, Within(milliseconds(300)), Over(1), {true, true}) == Retries{1, 1});
  }
}

TEST_CASE("PacedRetries of A and AAAA in one call has room for libc's two further tries") {
  CHECK(Paced({5, 2}, Within(seconds(5), 1), Over(1, 1, true)) == Retries{2, 3});
  // It would end by the deadline, but not where AAAA alone is lost.
  CHECK(Paced({5, 2}, Within(seconds(10), 1), Over(1, 1, true)) == Retries{4, 3});
}

TEST_CASE("PacedRetries of a call with another one beside it sends half as many packets") {
  Pace pace = Within(seconds(5));
  pace.beside = true;
  CHECK(Paced({5, 2}, pace, Over(1)) == Retries{3, 2});
}

TEST_CASE("PacedRetries of a hedge: one attempt, to the deadline") {
  Pace pace = Within(milliseconds(4700));
  pace.hedge = true;
  CHECK(Paced({5, 2}, pace, Over(1)) == Retries{5, 1});
  CHECK(Paced({5, 2}, pace, Over(2)) == Retries{3, 1});
}

TEST_CASE("PacedRetries keeps a chosen timeout, and cuts its attempts") {
  CHECK(Paced({1, 2}, Within(seconds(5)), Over(1), {true, false}) == Retries{1, 2});
  CHECK(Paced({2, 5}, Within(seconds(5)), Over(1), {true, true}) == Retries{2, 3});
  CHECK(Paced({3, 5}, Within(seconds(5)), Over(1), {true, true}) == Retries{3, 2});
}

TEST_CASE("PacedRetries cuts a chosen timeout that alone is beyond the deadline") {
  CHECK(Paced({30, 5}, Within(seconds(5)), Over(1), {true, true}) == Retries{6, 1});
  CHECK(Paced({30, 1}, Within(seconds(1)), Over(1), {true, true}) == Retries{2, 1});
}

TEST_CASE("PacedRetries never makes more attempts than were chosen") {
  CHECK(Paced({5, 5}, Within(seconds(5)), Over(1), {false, true}) == Retries{2, 3});
  CHECK(Paced({5, 1}, Within(seconds(3)), Over(1), {false, true}) == Retries{4, 1});
}

// For every combination: what the header promises.
TEST_CASE("PacedRetries holds its bounds for any deadline, nameservers, candidates and settings") {
  for (int left = 0; left <= 31; ++left) {
    for (int nameservers = 1; nameservers <= 3; ++nameservers) {
      for (int candidates = 1; candidates <= 2; ++candidates) {
        for (int timeout = -6; timeout <= 30; timeout += 7) {
          for (int attempts = 1; attempts <= 5; ++attempts) {
            const Course course = Over(nameservers, candidates);
            const Retries given{timeout, attempts};
            const Retries paced = Paced(given, Within(seconds(left)), course);
            const seconds total = SilentTime(paced, course);
            const seconds floor = SilentTime({1, 1}, course);
            CAPTURE(left);
            CAPTURE(nameservers);
            CAPTURE(candidates);
            CAPTURE(timeout);
            CAPTURE(attempts);
            REQUIRE((paced.timeout >= 1 || paced.timeout == timeout));
            REQUIRE(paced.timeout <= std::max(1, timeout));
            REQUIRE(paced.attempts >= 1);
            // Twice what libc sends for A and AAAA, less the hedges.
            REQUIRE(paced.attempts <= std::max(attempts, 4 * attempts - 2));
            REQUIRE(total <= std::max(floor, seconds(left + 2)));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace gai
