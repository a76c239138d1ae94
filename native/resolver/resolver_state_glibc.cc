#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include <arpa/inet.h>
#include <gnu/libc-version.h>
#include <net/if.h>

#include <atomic>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include "resolver/resolver_flags.h"
#include "resolver/resolver_state_glibc.h"

namespace gai {
namespace {

// Of the glibc that runs, which need not be the one that this was built with.
int MinorVersion() {
  const std::string_view version = gnu_get_libc_version();
  if (version.substr(0, 2) != "2.") return 0;
  return std::atoi(version.data() + 2);
}

sockaddr_in6 Ipv6Endpoint(const in6_addr& address, uint16_t port, uint32_t scope) {
  sockaddr_in6 endpoint{};
  endpoint.sin6_family = AF_INET6;
  endpoint.sin6_port = htons(port);
  endpoint.sin6_addr = address;
  endpoint.sin6_scope_id = scope;
  return endpoint;
}

// An interface's name, or a number and nothing else, as getaddrinfo has it. 0 where it is neither.
uint32_t ScopeId(const std::string& text) {
  const uint32_t index = if_nametoindex(text.c_str());
  if (index != 0) return index;
  uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? number : 0;
}

// The two that follow are the one place where memory passes between libc and us: _res owns it.
// NOLINTBEGIN(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
sockaddr_in6* CopyForLibc(const sockaddr_in6& address) {
  void* const copy = std::malloc(sizeof address);
  if (copy != nullptr) std::memcpy(copy, &address, sizeof address);
  return static_cast<sockaddr_in6*>(copy);
}

void FreeForLibc(sockaddr_in6* address) { std::free(address); }
// NOLINTEND(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)

}  // namespace

uint64_t ResolverState::NextNumber() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

bool ResolverState::ToEndpoint(const Nameserver& nameserver, Endpoint* out) {
  sockaddr_in v4{};
  if (inet_pton(AF_INET, nameserver.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(nameserver.port);
    out->v4 = v4;
    return true;
  }
  const size_t percent = nameserver.address.find('%');
  uint32_t scope = 0;
  if (percent != std::string::npos) {
    scope = ScopeId(nameserver.address.substr(percent + 1));
    if (scope == 0) return false;
  }
  in6_addr address;
  if (inet_pton(AF_INET6, nameserver.address.substr(0, percent).c_str(), &address) != 1) {
    return false;
  }
  out->v6 = Ipv6Endpoint(address, nameserver.port, scope);
  return true;
}

bool ResolverState::Read(const ResolverOptions& options, std::string* culprit) {
  if (options.nameservers) {
    nameservers_.emplace();
    for (const Nameserver& nameserver : *options.nameservers) {
      Endpoint endpoint;
      if (!ToEndpoint(nameserver, &endpoint)) {
        *culprit = nameserver.address;
        return false;
      }
      nameservers_->push_back(endpoint);
    }
  }
  search_ = options.search;
  ndots_ = options.ndots;
  timeout_ = options.timeout;
  attempts_ = options.attempts;
  on_ = options.flags_on;
  off_ = options.flags_off;
  return true;
}

int ResolverState::ApplyTo(res_state state) const {
  if (nameservers_) {
    const int error = ApplyNameservers(state);
    if (error != 0) return error;
  }
  if (search_) ApplySearch(state);
  if (ndots_) state->ndots = static_cast<unsigned>(*ndots_) & 0xf;
  if (timeout_) state->retrans = *timeout_;
  if (attempts_) state->retry = *attempts_;
  state->options = (state->options | on_) & ~off_;
  return 0;
}

// An IPv6 address lies outside of nsaddr_list, in memory that glibc frees (res_nclose, thread exit)
// and that hence comes from malloc; a family of 0 in the list points to it.
int ResolverState::ApplyNameservers(res_state state) const {
  auto& extended = state->_u._ext;
  for (int index = 0; index < MAXNS; ++index) {
    if (index < state->nscount) FreeForLibc(extended.nsaddrs[index]);
    extended.nsaddrs[index] = nullptr;
    extended.nssocks[index] = -1;
  }
  extended.nscount = 0;  // res_send makes its own copies afresh.
  state->nscount = 0;
  assert(nameservers_->size() <= MAXNS);
  for (const Endpoint& endpoint : *nameservers_) {
    const int index = state->nscount;
    sockaddr_in& place = state->nsaddr_list[index];
    if (endpoint.v4) {
      place = *endpoint.v4;
    } else {
      place.sin_family = 0;
      extended.nsaddrs[index] = CopyForLibc(*endpoint.v6);
      if (extended.nsaddrs[index] == nullptr) return ENOMEM;
    }
    ++state->nscount;
  }
  return 0;
}

// glibc takes this list rather than the one of its own record of resolv.conf only where the two
// differ, and it compares but as far as the record goes: a longer list with the same beginning
// would be overlooked. A list that does not begin at the beginning of defdname never matches.
void ResolverState::ApplySearch(res_state state) const {
  char* to = state->defdname;
  char* const end = state->defdname + sizeof state->defdname;
  *to++ = '\0';
  int count = 0;
  for (const std::string& domain : *search_) {
    const size_t size = domain.size() + 1;
    assert(count < MAXDNSRCH && size <= static_cast<size_t>(end - to));
    if (count == MAXDNSRCH || size > static_cast<size_t>(end - to)) break;
    std::memcpy(to, domain.c_str(), size);
    state->dnsrch[count++] = to;
    to += size;
  }
  state->dnsrch[count] = nullptr;
}

std::shared_ptr<const ResolverState> MakeResolverState(const ResolverOptions& options,
                                                       std::string* culprit) {
  auto state = std::make_shared<ResolverState>();
  if (!state->Read(options, culprit)) return nullptr;
  return state;
}

std::vector<std::string> SupportedResolverOptions() {
  std::vector<std::string> names = {"nameservers", "search", "ndots", "timeout", "attempts"};
  const int minor = MinorVersion();
  for (const ResolverFlag& flag : kResolverFlags) {
    if (minor >= flag.since) names.emplace_back(flag.name);
  }
  return names;
}

std::string LibcName() { return std::string("glibc ") + gnu_get_libc_version(); }

}  // namespace gai

#endif  // ADDRINFO_GLIBC
