#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include <arpa/inet.h>

#include <algorithm>

#include "resolver/resolver_state_glibc.h"

namespace gai {
namespace {

// A resolver state apart from any thread's.
class PrivateState {
 public:
  // As the system has it, with the settings of `settings` unless that is null.
  explicit PrivateState(const ResolverState* settings)
      : made_(res_ninit(&state_) == 0),
        usable_(made_ && (settings == nullptr || settings->ApplyTo(&state_) == 0)) {}
  ~PrivateState() {
    if (made_) res_nclose(&state_);
  }
  PrivateState(const PrivateState&) = delete;
  PrivateState& operator=(const PrivateState&) = delete;

  bool usable() const { return usable_; }
  const struct __res_state* get() const { return &state_; }

 private:
  struct __res_state state_ = {};
  const bool made_;
  const bool usable_;
};

// glibc walks a list of any length, but shows six domains at most, and of those what fits into 256
// bytes. A list may go on if there are six, or if a domain as long as this would not have fitted.
constexpr size_t kLongestDomain = 100;

bool MayGoOn(const SearchPath& path) {
  size_t used = 0;
  for (const std::string& domain : path.domains) used += domain.size() + 1;
  return path.domains.size() >= MAXDNSRCH ||
         used + kLongestDomain + 1 > sizeof(__res_state::defdname);
}

template <typename Family, typename Address>
std::string AsText(Family family, const Address& address, uint16_t port, uint32_t scope) {
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(family, &address, text, sizeof text) == nullptr) return {};
  std::string all = text;
  if (scope != 0) all += '%' + std::to_string(scope);
  if (port != 53) all += '#' + std::to_string(port);
  return all;
}

// An IPv6 address lies outside of nsaddr_list (resolver_state_glibc.cc).
std::string NameserverAt(const struct __res_state& state, int index) {
  const sockaddr_in& v4 = state.nsaddr_list[index];
  if (v4.sin_family != 0) return AsText(AF_INET, v4.sin_addr, ntohs(v4.sin_port), 0);
  const sockaddr_in6* const v6 = state._u._ext.nsaddrs[index];
  if (v6 == nullptr) return {};
  return AsText(AF_INET6, v6->sin6_addr, ntohs(v6->sin6_port), v6->sin6_scope_id);
}

}  // namespace

std::optional<NameserverList> NameserversOf(const ResolverState* state) {
  const PrivateState own(state);
  if (!own.usable()) return std::nullopt;
  NameserverList list;
  list.rotates = (own.get()->options & RES_ROTATE) != 0;
  list.attempts = own.get()->retry;
  for (int index = 0; index < std::min(own.get()->nscount, MAXNS); ++index) {
    list.addresses.push_back(NameserverAt(*own.get(), index));
  }
  return list;
}

std::optional<SearchPath> SearchPathOf(const ResolverState* state) {
  const PrivateState own(state);
  if (!own.usable()) return std::nullopt;
  const struct __res_state* const all = own.get();
  constexpr unsigned long kWalks = RES_DEFNAMES | RES_DNSRCH;
  // Either alone means part of the walk for part of the names. Nothing in resolv.conf turns one
  // off.
  if ((all->options & kWalks) != kWalks) return std::nullopt;
  SearchPath path;
  path.ndots = static_cast<int>(all->ndots);
  path.asks_single_label = (all->options & RES_NOTLDQUERY) == 0;
  path.asks_one_by_one = (all->options & (RES_SNGLKUP | RES_SNGLKUPREOP)) != 0;
  for (char* const* domain = all->dnsrch; *domain != nullptr; ++domain) {
    path.domains.emplace_back(*domain);
  }
  const bool whole = state != nullptr && state->has_search();
  if (!whole && MayGoOn(path)) return std::nullopt;
  return path;
}

}  // namespace gai

#endif  // ADDRINFO_GLIBC
