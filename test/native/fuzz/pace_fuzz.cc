// The arithmetic of the deadline: the bounds that pace.h promises, for any values that can come.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>

#include "expect.h"
#include "resolver/pace.h"

using std::chrono::milliseconds;
using std::chrono::seconds;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider input(data, size);
  const auto now = std::chrono::steady_clock::time_point(seconds(1'000'000));
  // What glibc makes of resolv.conf: its timeout and attempts are capped as ours are.
  const gai::Retries given{input.ConsumeIntegralInRange(1, 30), input.ConsumeIntegralInRange(1, 5)};
  const gai::Course course{input.ConsumeIntegralInRange(0, 3), input.ConsumeIntegralInRange(1, 2),
                           input.ConsumeBool()};
  const gai::Chosen chosen{input.ConsumeBool(), input.ConsumeBool()};
  gai::Pace pace;
  pace.hedges = input.ConsumeIntegralInRange(0, 2);
  pace.hedge = input.ConsumeBool();
  pace.beside = input.ConsumeBool();
  milliseconds left{0};
  if (input.ConsumeBool()) {
    // setTimeout's longest, and a deadline that is over.
    left = milliseconds(input.ConsumeIntegralInRange<int64_t>(-100'000, 2'147'483'647));
    if (input.ConsumeBool()) left %= 40'000;
    pace.deadline = now + left;
  }
  const gai::Retries paced = gai::PacedRetries(given, chosen, pace, course, now);
  gai::Expect(paced.timeout >= 1 && paced.timeout <= given.timeout, "the timeout is not longer");
  gai::Expect(paced.attempts >= 1, "each nameserver is asked");
  if (pace.hedge) gai::Expect(paced.attempts == 1, "a hedge makes one attempt");
  if (chosen.attempts || !pace.deadline) {
    gai::Expect(paced.attempts <= given.attempts, "no more attempts than were chosen");
  }
  gai::Expect(paced.attempts <= std::max(given.attempts, 4 * given.attempts - pace.hedges),
              "no more than twice libc's packets");
  if (!pace.deadline) return 0;
  const seconds floor = gai::SilentTime({1, 1}, course);
  const milliseconds latest = std::max(left, milliseconds(0)) + milliseconds(2000);
  const milliseconds total = gai::SilentTime(paced, course);
  gai::Expect(total <= std::max<milliseconds>(floor, latest), "the thread is back in time");
  return 0;
}
