// Which libc this is compiled for: the one place that asks. The tests define it as 0 to have on
// glibc what other libcs get.

#ifndef ADDRINFO_NATIVE_RESOLVER_LIBC_H_
#define ADDRINFO_NATIVE_RESOLVER_LIBC_H_

#include <climits>  // Any header of libc says whether it is glibc.

#if !defined(ADDRINFO_GLIBC)
#if defined(__GLIBC__)
#define ADDRINFO_GLIBC 1
#else
#define ADDRINFO_GLIBC 0
#endif
#endif

#endif  // ADDRINFO_NATIVE_RESOLVER_LIBC_H_
