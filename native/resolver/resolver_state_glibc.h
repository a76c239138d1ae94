// ResolverState as glibc takes it. What this relies on is in resolv/resolv_conf.c, resolv_context.c
// and res_send.c of glibc (2.26 and later). Included where ADDRINFO_GLIBC holds, and only there.

#ifndef ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_GLIBC_H_
#define ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_GLIBC_H_

#include <netinet/in.h>
#include <resolv.h>

#include <cstdint>
#include <variant>
#include <vector>

#include "resolver/resolver_state.h"

namespace gai {

// Immutable.
class ResolverState {
 public:
  using Endpoint = std::variant<sockaddr_in, sockaddr_in6>;

  // `nameservers`: those of the options, if these have any.
  ResolverState(ResolverOptions options, std::vector<Endpoint> nameservers);

  // On a state fresh from res_ninit. Returns 0 or an errno.
  int ApplyTo(res_state state) const;

  bool has_search() const { return options_.search.has_value(); }

  // No other state of this process has or had it; never 0.
  uint64_t number() const { return number_; }

 private:
  int ApplyNameservers(res_state state) const;
  void ApplySearch(res_state state) const;

  const uint64_t number_;
  const ResolverOptions options_;
  const std::vector<Endpoint> nameservers_;
};

// Of memory that libc owns (_res).
void FreeForLibc(sockaddr_in6* address);

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_GLIBC_H_
