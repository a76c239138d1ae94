// What a fuzz target says of an answer that cannot be right.

#ifndef ADDRINFO_TEST_NATIVE_FUZZ_EXPECT_H_
#define ADDRINFO_TEST_NATIVE_FUZZ_EXPECT_H_

#include <cstdio>
#include <cstdlib>

namespace gai {

// libFuzzer takes the abort for a crash, and keeps the input.
inline void Expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace gai

#endif  // ADDRINFO_TEST_NATIVE_FUZZ_EXPECT_H_
