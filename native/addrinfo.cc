#include "addrinfo.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include "sockets.h"

#if !defined(_WIN32)
#include <ifaddrs.h>
#include <net/if.h>
#endif

namespace gai {
namespace {

struct AddrInfoDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using AddrInfoList = std::unique_ptr<addrinfo, AddrInfoDeleter>;

// libuv's numbers (uv/errno.h), since the EAI_* values differ between systems.
constexpr int kFail = -3004;
constexpr int kNoData = -3007;
constexpr struct {
  int eai;
  int node;
} kErrors[] = {
    {EAI_AGAIN, -3001},      {EAI_BADFLAGS, -3002}, {EAI_FAIL, kFail},    {EAI_FAMILY, -3005},
    {EAI_MEMORY, -3006},     {EAI_NONAME, -3008},   {EAI_SERVICE, -3010}, {EAI_SOCKTYPE, -3011},
#if defined(EAI_ADDRFAMILY)
    {EAI_ADDRFAMILY, -3000},
#endif
#if defined(EAI_CANCELED)
    {EAI_CANCELED, -3003},
#endif
#if defined(EAI_NODATA)  // After EAI_NONAME, whose value it shares on some systems.
    {EAI_NODATA, kNoData},
#endif
#if defined(EAI_OVERFLOW)
    {EAI_OVERFLOW, -3009},
#endif
};

int NodeError(int error, [[maybe_unused]] int system_errno) {
  if (error == 0) return 0;
#if defined(EAI_SYSTEM)
  // glibc now and then says EAI_SYSTEM without an errno: Node shows that as an empty answer.
  if (error == EAI_SYSTEM) return system_errno == 0 ? kNoData : -system_errno;
#endif
  for (const auto& known : kErrors) {
    if (known.eai == error) return known.node;
  }
  return kFail;
}

int NativeFamily(int family) {
  if (family == 4) return AF_INET;
  if (family == 6) return AF_INET6;
  return AF_UNSPEC;
}

const char* OrNull(const std::optional<std::string>& text) {
  return text ? text->c_str() : nullptr;
}

// Copies one entry. Returns whether it is IPv4 or IPv6.
bool ReadAddress(const addrinfo& info, Address* out) {
  char text[INET6_ADDRSTRLEN];
  const void* bytes;
  if (info.ai_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(info.ai_addr);
    bytes = &v4->sin_addr;
    out->family = 4;
    out->port = ntohs(v4->sin_port);
  } else if (info.ai_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(info.ai_addr);
    bytes = &v6->sin6_addr;
    out->family = 6;
    out->port = ntohs(v6->sin6_port);
    out->scope_id = v6->sin6_scope_id;
  } else {
    return false;
  }
  if (inet_ntop(info.ai_family, bytes, text, sizeof text) == nullptr) return false;
  out->text = text;
  out->socktype = info.ai_socktype;
  out->protocol = info.ai_protocol;
  return true;
}

#if defined(_WIN32)

// AI_ADDRCONFIG does not exclude loopback there.
bool HostHasAddress(int /*family*/) { return true; }

#else

struct IfAddrsDeleter {
  void operator()(ifaddrs* list) const { freeifaddrs(list); }
};

// Whether the host has an address of the family on an interface other than loopback, by the measure
// of AI_ADDRCONFIG (getaddrinfo(3)). True when it cannot be told.
bool HostHasAddress(int family) {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) return true;
  const std::unique_ptr<ifaddrs, IfAddrsDeleter> list(raw);
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != family) continue;
    if ((entry->ifa_flags & IFF_LOOPBACK) == 0) return true;
  }
  return false;
}

#endif

bool RefusedByAddrConfig(const Query& query, int error) {
  if (error != NodeError(EAI_NONAME, 0) || (query.flags & AI_ADDRCONFIG) == 0 || query.family == 0)
    return false;
  return !HostHasAddress(NativeFamily(query.family));
}

// Calls libc, under `scope`.
template <typename Call>
int Timed(ResolverScope& scope, Facts* facts, const Call& call) {
  const auto begun = std::chrono::steady_clock::now();
  errno = 0;
  const int error = call();
  const int system_errno = errno;
  facts->asked_for = std::chrono::steady_clock::now() - begun;
  facts->nameserver = scope.Answered();
  return NodeError(error, system_errno);
}

// One call of getaddrinfo, for this name.
Answer Ask(const Query& query, const char* node) {
  addrinfo hints;
  std::memset(&hints, 0, sizeof hints);
  hints.ai_family = NativeFamily(query.family);
  hints.ai_socktype = query.socktype;
  hints.ai_protocol = query.protocol;
  hints.ai_flags = query.flags;

  Answer answer;
  Manner manner = query.manner;
  manner.both = query.family == 0;
  manner.absolute = node != nullptr && *node != '\0' && node[std::strlen(node) - 1] == '.';
  ResolverScope scope(query.resolver.get(), manner);
  if (scope.error() != 0) {
    answer.error = -scope.error();
    return answer;
  }
  addrinfo* raw = nullptr;
  answer.error = Timed(scope, &answer.facts,
                       [&] { return getaddrinfo(node, OrNull(query.service), &hints, &raw); });
  const AddrInfoList list(raw);
  if (answer.error != 0) {
    answer.no_local_address = RefusedByAddrConfig(query, answer.error);
    return answer;
  }
  for (const addrinfo* info = list.get(); info != nullptr; info = info->ai_next) {
    Address address;
    if (ReadAddress(*info, &address)) answer.addresses.push_back(std::move(address));
    // musl gives one unasked.
    if ((query.flags & AI_CANONNAME) != 0 && info->ai_canonname != nullptr) {
      answer.canonname = info->ai_canonname;
    }
  }
  if (answer.addresses.empty()) answer.error = kNoData;
  return answer;
}

void Note(Progress* progress, uint32_t candidate) {
  if (progress == nullptr) return;
  progress->begun = std::chrono::steady_clock::now();
  progress->candidate = candidate;
}

}  // namespace

Answer Resolve(const Query& query, Progress* progress) {
  if (query.candidates.empty()) {
    Note(progress, 0);
    return Ask(query, OrNull(query.node));
  }
  for (uint32_t at = 0;; ++at) {
    Note(progress, at);
    Answer answer = Ask(query, query.candidates[at].c_str());
    answer.candidate = at;
    const bool exists = answer.error != NodeError(EAI_NONAME, 0) || answer.no_local_address;
    const bool ends = progress != nullptr && progress->unwanted;
    if (exists || ends || at + 1 == query.candidates.size()) return answer;
  }
}

NameAnswer ResolveName(const NameQuery& query) {
  NameAnswer answer;
  addrinfo hints;
  std::memset(&hints, 0, sizeof hints);
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;

  addrinfo* raw = nullptr;
  const std::string port = std::to_string(query.port);
  const int error = getaddrinfo(query.address.c_str(), port.c_str(), &hints, &raw);
  const AddrInfoList list(raw);
  char host[NI_MAXHOST];
  char service[NI_MAXSERV];
  ResolverScope scope(query.resolver.get(), query.manner);
  if (scope.error() != 0) {
    answer.error = -scope.error();
    return answer;
  }
  answer.error = Timed(scope, &answer.facts, [&] {
    if (error != 0) return error;
    return getnameinfo(list->ai_addr, static_cast<socklen_t>(list->ai_addrlen), host, sizeof host,
                       service, sizeof service, query.flags);
  });
  if (answer.error != 0) return answer;
  answer.host = host;
  answer.service = service;
  return answer;
}

}  // namespace gai
