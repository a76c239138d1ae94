#include "resolver/pace.h"

#include <algorithm>

namespace gai {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A timer of the event loop fires late, and a lookup that joined another may wait a little longer:
// libc is not to give up, with another error, just before.
constexpr milliseconds kGrace{400};
// Whole seconds, over several nameservers and names, seldom fit exactly.
constexpr milliseconds kOverrun{2000};
// What libc's own choice may take beyond the deadline and is still left alone.
constexpr milliseconds kTolerance{1250};

// One lookup of libc's own sends `attempts` A and as many AAAA queries to a dead nameserver. Twice
// that is for all calls of a lookup together, so this is for the first one, of each type.
int MostAttempts(const Retries& given, const Pace& pace, const Course& course) {
  if (pace.hedge) return 1;
  const int share = given.attempts * (course.both || pace.beside ? 2 : 4);
  return std::max(1, share - pace.hedges);
}

// Where A is answered and AAAA is not, libc asks twice more, each time for the whole timeout,
// before it gives the A alone.
int LongestTimeout(const Retries& given, const Course& course, milliseconds latest) {
  if (!course.both) return given.timeout;
  const int third = static_cast<int>(latest / seconds(3));
  return std::clamp(third, 1, std::max(1, given.timeout));
}

class Choice {
 public:
  Choice(const Course& course, milliseconds wanted, milliseconds latest)
      : course_(course), wanted_(wanted), latest_(latest) {}

  // Considers this timeout, with as many attempts as it takes to last until `wanted`.
  void Consider(int timeout, int most_attempts) {
    const seconds round = SilentTime({timeout, 1}, course_);
    const int enough = static_cast<int>((wanted_ + round - milliseconds(1)) / round);
    const int attempts = std::clamp(enough, 1, most_attempts);
    Weigh({timeout, attempts}, round * attempts);
    if (attempts > 1) Weigh({timeout, attempts - 1}, round * (attempts - 1));
  }

  bool IsInTime() const { return !none_ && total_ <= latest_; }
  const Retries& best() const { return best_; }

 private:
  void Weigh(const Retries& retries, milliseconds total) {
    if (none_ || Better(total)) {
      best_ = retries;
      total_ = total;
      none_ = false;
    }
  }

  bool Better(milliseconds total) const {
    if (total > latest_) return total < total_;
    if (total_ > latest_) return true;
    if (total >= wanted_) return total_ < wanted_ || total < total_;
    return total_ < wanted_ && total > total_;
  }

  const Course course_;
  const milliseconds wanted_;
  const milliseconds latest_;
  bool none_ = true;
  Retries best_;
  milliseconds total_{0};
};

}  // namespace

seconds SilentTime(const Retries& retries, const Course& course) {
  // As send_dg in glibc's resolv/res_send.c has it.
  const int nameservers = std::max(1, course.nameservers);  // None: libc asks the loopback address.
  const int timeout = std::max(1, retries.timeout);
  int round = 0;
  for (int index = 0; index < nameservers; ++index) {
    const int shifted = timeout << index;
    round += std::max(1, index == 0 ? shifted : shifted / nameservers);
  }
  return seconds(round * retries.attempts * course.candidates);
}

Retries PacedRetries(const Retries& given, const Chosen& chosen, const Pace& pace,
                     const Course& course, std::chrono::steady_clock::time_point now) {
  // resolv.conf may say less than one second, which libc takes for one.
  const Retries effective{std::max(1, given.timeout), given.attempts};
  const Retries unpaced = pace.hedge ? Retries{given.timeout, 1} : given;
  if (!pace.deadline) return unpaced;

  const auto left =
      std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(*pace.deadline - now));
  const milliseconds latest = left + kOverrun;
  const int longest = LongestTimeout(effective, course, latest);
  if (SilentTime(unpaced, course) <= left + kTolerance && effective.timeout <= longest)
    return unpaced;

  Choice choice(course, left + kGrace, latest);
  if (chosen.timeout) {
    if (effective.timeout <= longest) choice.Consider(effective.timeout, unpaced.attempts);
    if (choice.IsInTime()) return choice.best();
  }
  const int most_attempts = chosen.timeout    ? 1
                            : chosen.attempts ? unpaced.attempts
                                              : MostAttempts(effective, pace, course);
  for (int timeout = 1; timeout <= longest; ++timeout) choice.Consider(timeout, most_attempts);
  return choice.best();
}

}  // namespace gai
