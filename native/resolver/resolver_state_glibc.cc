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
#include <utility>

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

// An interface's name, or a number and nothing else, as getaddrinfo has it. 0 where it is neither.
uint32_t ScopeId(const std::string& text) {
  const uint32_t index = if_nametoindex(text.c_str());
  if (index != 0) return index;
  uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? number : 0;
}

// This and FreeForLibc are the one place where memory passes between libc and us: _res owns it.
sockaddr_in6* CopyForLibc(const sockaddr_in6& address) {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
  void* const copy = std::malloc(sizeof address);
  if (copy != nullptr) std::memcpy(copy, &address, sizeof address);
  return static_cast<sockaddr_in6*>(copy);
}

bool ToEndpoint(const Nameserver& nameserver, ResolverState::Endpoint* out) {
  sockaddr_in v4{};
  if (inet_pton(AF_INET, nameserver.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(nameserver.port);
    *out = v4;
    return true;
  }
  const size_t percent = nameserver.address.find('%');
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(nameserver.port);
  if (percent != std::string::npos) {
    v6.sin6_scope_id = ScopeId(nameserver.address.substr(percent + 1));
    if (v6.sin6_scope_id == 0) return false;
  }
  const std::string address = nameserver.address.substr(0, percent);
  if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) != 1) return false;
  *out = v6;
  return true;
}

uint64_t NextNumber() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

}  // namespace

// NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
void FreeForLibc(sockaddr_in6* address) { std::free(address); }

ResolverState::ResolverState(ResolverOptions options, std::vector<Endpoint> nameservers)
    : number_(NextNumber()), options_(std::move(options)), nameservers_(std::move(nameservers)) {}

int ResolverState::ApplyTo(res_state state) const {
  if (options_.nameservers) {
    const int error = ApplyNameservers(state);
    if (error != 0) return error;
  }
  if (options_.search) ApplySearch(state);
  if (options_.ndots) state->ndots = static_cast<unsigned>(*options_.ndots) & 0xf;
  if (options_.timeout) state->retrans = *options_.timeout;
  if (options_.attempts) state->retry = *options_.attempts;
  state->options = (state->options | options_.flags_on) & ~options_.flags_off;
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
  assert(nameservers_.size() <= MAXNS);
  for (const Endpoint& endpoint : nameservers_) {
    const int index = state->nscount;
    sockaddr_in& place = state->nsaddr_list[index];
    if (const auto* v4 = std::get_if<sockaddr_in>(&endpoint)) {
      place = *v4;
    } else {
      place.sin_family = 0;
      extended.nsaddrs[index] = CopyForLibc(std::get<sockaddr_in6>(endpoint));
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
  for (const std::string& domain : *options_.search) {
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
  std::vector<ResolverState::Endpoint> endpoints;
  for (const Nameserver& nameserver : options.nameservers.value_or(std::vector<Nameserver>())) {
    endpoints.emplace_back();
    if (!ToEndpoint(nameserver, &endpoints.back())) {
      *culprit = nameserver.address;
      return nullptr;
    }
  }
  return std::make_shared<ResolverState>(options, std::move(endpoints));
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
