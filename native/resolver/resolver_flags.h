// The flags of resolv.conf's `options` line that a resolver may set: the one table, for glibc's
// state, for what JavaScript passes, and (exported as `resolverFlags`) for what it reads and
// prints.

#ifndef ADDRINFO_NATIVE_RESOLVER_RESOLVER_FLAGS_H_
#define ADDRINFO_NATIVE_RESOLVER_RESOLVER_FLAGS_H_

#include "resolver/libc.h"

#if ADDRINFO_GLIBC
#include <netinet/in.h>
#include <resolv.h>
#endif

namespace gai {

#if ADDRINFO_GLIBC
#define ADDRINFO_RES_BIT(bit) bit
#else
#define ADDRINFO_RES_BIT(bit) 0
#endif

// Newer than the headers of the oldest glibc that this is built with; part of its ABI.
constexpr unsigned long kResNoAaaa = 0x08000000;
#if defined(RES_NOAAAA)
static_assert(kResNoAaaa == RES_NOAAAA);
#endif

struct ResolverFlag {
  const char* name;  // In JavaScript.
  const char* word;  // In resolv.conf.
  unsigned long bit;
  int since;  // The minor version of glibc 2 that has it.
};

constexpr ResolverFlag kResolverFlags[] = {
    {"rotate", "rotate", ADDRINFO_RES_BIT(RES_ROTATE), 0},
    {"singleRequest", "single-request", ADDRINFO_RES_BIT(RES_SNGLKUP), 0},
    {"singleRequestReopen", "single-request-reopen", ADDRINFO_RES_BIT(RES_SNGLKUPREOP), 0},
    {"useVc", "use-vc", ADDRINFO_RES_BIT(RES_USEVC), 0},
    {"noAaaa", "no-aaaa", kResNoAaaa, 36},
    {"edns0", "edns0", ADDRINFO_RES_BIT(RES_USE_EDNS0), 0},
};

#undef ADDRINFO_RES_BIT

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_RESOLVER_FLAGS_H_
