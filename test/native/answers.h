// What libcs answer, for the tests of the core: the errors, and by whom.

#ifndef ADDRINFO_TEST_NATIVE_ANSWERS_H_
#define ADDRINFO_TEST_NATIVE_ANSWERS_H_

#include <climits>  // Any header of libc says whether it is glibc.

namespace gai {

// libuv's numbers, which Node shows as `errno`.
constexpr int kAddrFamily = -3000;
constexpr int kAgain = -3001;
constexpr int kBadFlags = -3002;
constexpr int kFail = -3004;
constexpr int kFamily = -3005;
constexpr int kNoData = -3007;
constexpr int kNoName = -3008;
constexpr int kService = -3010;
constexpr int kSockType = -3011;

#if defined(__GLIBC__)
constexpr bool kGlibc = true;
#else
constexpr bool kGlibc = false;
#endif

}  // namespace gai

#endif  // ADDRINFO_TEST_NATIVE_ANSWERS_H_
