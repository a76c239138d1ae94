// ResolverState as glibc takes it. What this relies on is in resolv/resolv_conf.c, resolv_context.c
// and res_send.c of glibc (2.26 and later). Included where ADDRINFO_GLIBC holds, and only there.

#ifndef ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_GLIBC_H_
#define ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_GLIBC_H_

#include <netinet/in.h>
#include <resolv.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/resolver_state.h"

namespace gai {

// Immutable once Read has returned.
class ResolverState {
 public:
  // As MakeResolverState says.
  bool Read(const ResolverOptions& options, std::string* culprit);

  // On the calling thread's state, fresh from res_ninit. Returns 0 or an errno.
  int ApplyTo(res_state state) const;

  bool has_search() const { return search_.has_value(); }

  // No other state of this process has or had it; never 0.
  uint64_t number() const { return number_; }

 private:
  // One nameserver: exactly one of the two is set.
  struct Endpoint {
    std::optional<sockaddr_in> v4;
    std::optional<sockaddr_in6> v6;
  };

  static bool ToEndpoint(const Nameserver& nameserver, Endpoint* out);
  int ApplyNameservers(res_state state) const;
  void ApplySearch(res_state state) const;

  static uint64_t NextNumber();

  const uint64_t number_ = NextNumber();
  std::optional<std::vector<Endpoint>> nameservers_;
  std::optional<std::vector<std::string>> search_;
  std::optional<int> ndots_;
  std::optional<int> timeout_;
  std::optional<int> attempts_;
  unsigned long on_ = 0;
  unsigned long off_ = 0;
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_GLIBC_H_
