// Resolver options, nameservers above all, to glibc's state and back.

#include <fuzzer/FuzzedDataProvider.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "expect.h"
#include "resolver/resolver_flags.h"
#include "resolver/resolver_state.h"
#include "sockets.h"

namespace gai {
namespace {

constexpr size_t kMostSearch = 254;

std::vector<Nameserver> Nameservers(FuzzedDataProvider* input) {
  std::vector<Nameserver> list(input->ConsumeIntegralInRange<size_t>(1, 3));
  for (Nameserver& nameserver : list) {
    nameserver.port = input->ConsumeIntegral<uint16_t>();
    nameserver.address = input->ConsumeRandomLengthString(80);
  }
  return list;
}

// Within the bounds that the caller keeps: six domains, 254 characters in all, no NUL.
std::vector<std::string> Search(FuzzedDataProvider* input) {
  std::vector<std::string> domains;
  size_t left = kMostSearch;
  const size_t count = input->ConsumeIntegralInRange<size_t>(0, 6);
  while (domains.size() < count && left > 0) {
    std::string domain = input->ConsumeRandomLengthString(left);
    domain.erase(std::remove(domain.begin(), domain.end(), '\0'), domain.end());
    if (domain.empty()) domain = "x";
    left -= std::min(left, domain.size() + 1);
    domains.push_back(std::move(domain));
  }
  return domains;
}

ResolverOptions Options(FuzzedDataProvider* input) {
  ResolverOptions options;
  if (input->ConsumeBool()) options.nameservers = Nameservers(input);
  if (input->ConsumeBool()) options.search = Search(input);
  if (input->ConsumeBool()) options.ndots = input->ConsumeIntegralInRange(0, 15);
  if (input->ConsumeBool()) options.timeout = input->ConsumeIntegralInRange(1, 30);
  if (input->ConsumeBool()) options.attempts = input->ConsumeIntegralInRange(1, 5);
  for (const ResolverFlag& flag : kResolverFlags) {
    if (!input->ConsumeBool()) continue;
    (input->ConsumeBool() ? options.flags_on : options.flags_off) |= flag.bit;
  }
  return options;
}

// As getaddrinfo(3) reads it; 0 where it does not.
uint32_t ScopeByLibc(const std::string& scope) {
  addrinfo hints{};
  hints.ai_family = AF_INET6;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* raw = nullptr;
  if (getaddrinfo(("fe80::1%" + scope).c_str(), nullptr, &hints, &raw) != 0) return 0;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(raw, freeaddrinfo);
  return reinterpret_cast<const sockaddr_in6*>(list->ai_addr)->sin6_scope_id;
}

void CheckNameserver(const Nameserver& wanted, int index) {
  const sockaddr_in& v4 = _res.nsaddr_list[index];
  const std::string address = wanted.address.substr(0, wanted.address.find('%'));
  if (v4.sin_family == AF_INET) {
    in_addr bytes;
    Expect(inet_pton(AF_INET, wanted.address.c_str(), &bytes) == 1, "an IPv4 literal was given");
    Expect(v4.sin_addr.s_addr == bytes.s_addr, "the nameserver is the one given");
    Expect(v4.sin_port == htons(wanted.port), "the port is the one given");
    return;
  }
  const sockaddr_in6* const v6 = _res._u._ext.nsaddrs[index];
  Expect(v4.sin_family == 0 && v6 != nullptr, "an IPv6 address lies beside the list");
  in6_addr bytes;
  Expect(inet_pton(AF_INET6, address.c_str(), &bytes) == 1, "an IPv6 literal was given");
  Expect(std::memcmp(&v6->sin6_addr, &bytes, sizeof bytes) == 0, "the nameserver is the one given");
  Expect(v6->sin6_port == htons(wanted.port), "the port is the one given");
  const bool scoped = address.size() < wanted.address.size();
  const std::string scope = scoped ? wanted.address.substr(address.size() + 1) : "";
  Expect(v6->sin6_scope_id == (scoped ? ScopeByLibc(scope) : 0), "the scope is libc's");
}

void CheckThread(const ResolverOptions& options) {
  if (options.nameservers) {
    const auto& wanted = *options.nameservers;
    Expect(_res.nscount == static_cast<int>(wanted.size()), "as many nameservers as given");
    for (int index = 0; index < _res.nscount; ++index) {
      CheckNameserver(wanted[static_cast<size_t>(index)], index);
    }
  }
  if (options.search) {
    size_t count = 0;
    while (_res.dnsrch[count] != nullptr) ++count;
    Expect(count == options.search->size(), "as many domains as given");
    for (size_t index = 0; index < count; ++index) {
      Expect((*options.search)[index] == _res.dnsrch[index], "each domain as given");
    }
  }
  if (options.ndots) Expect(_res.ndots == static_cast<unsigned>(*options.ndots), "ndots as given");
  Expect((_res.options & options.flags_on) == options.flags_on, "flags are on as given");
  Expect((_res.options & options.flags_off) == 0, "flags are off as given");
}

void CheckCulprit(const ResolverOptions& options, const std::string& culprit) {
  Expect(options.nameservers.has_value(), "only a nameserver can be refused");
  const auto& list = *options.nameservers;
  Expect(std::any_of(list.begin(), list.end(),
                     [&](const Nameserver& nameserver) { return nameserver.address == culprit; }),
         "the culprit is one of the nameservers");
}

}  // namespace
}  // namespace gai

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider input(data, size);
  const gai::ResolverOptions options = gai::Options(&input);
  std::string culprit;
  const auto state = gai::MakeResolverState(options, &culprit);
  if (state == nullptr) {
    gai::CheckCulprit(options, culprit);
    return 0;
  }
  const auto path = gai::SearchPathOf(state.get());
  if (options.search) gai::Expect(path && path->domains == *options.search, "the path as given");
  {
    const gai::ResolverScope scope(state.get(), gai::Manner{});
    gai::Expect(scope.error() == 0, "the settings can be made");
    gai::CheckThread(options);
  }
  {
    gai::Manner manner;
    manner.order = input.ConsumeIntegralInRange<uint32_t>(0, 63);
    manner.brief = input.ConsumeBool();
    manner.rest = input.ConsumeBool();
    manner.beside = input.ConsumeBool();
    manner.both = input.ConsumeBool();
    gai::ResolverScope scope(state.get(), manner);
    gai::Expect(scope.error() == 0, "whoever is asked");
    gai::Expect(scope.Answered() < 0, "nothing was asked");
  }
  const gai::ResolverScope plain(nullptr, gai::Manner{});
  gai::Expect(plain.error() == 0 && _res.nscount >= 1, "the system's own settings come back");
  return 0;
}
