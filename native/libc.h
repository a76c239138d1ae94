// Which libc this is compiled for: the one place that asks.

#ifndef ADDRINFO_NATIVE_LIBC_H_
#define ADDRINFO_NATIVE_LIBC_H_

#include <climits>  // Any header of libc says whether it is glibc.

#if defined(__GLIBC__)
#define ADDRINFO_GLIBC 1
#else
#define ADDRINFO_GLIBC 0
#endif

#endif  // ADDRINFO_NATIVE_LIBC_H_
