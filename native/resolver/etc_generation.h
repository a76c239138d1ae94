// Whether what decides over names in /etc has changed: hosts, nsswitch.conf, resolv.conf,
// host.conf, and whether nscd is there.

#ifndef ADDRINFO_NATIVE_RESOLVER_ETC_GENERATION_H_
#define ADDRINFO_NATIVE_RESOLVER_ETC_GENERATION_H_

#include <cstdint>

namespace gai {

// Greater than at the last call in this process if any of them changed since. Costs a stat of each,
// no more. Any thread. On Windows always 0.
uint64_t EtcGeneration();

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_ETC_GENERATION_H_
