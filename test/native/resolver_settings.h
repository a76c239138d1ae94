// Lookups with resolver settings, and what a thread's settings are; for tests on glibc.

#ifndef ADDRINFO_TEST_NATIVE_RESOLVER_SETTINGS_H_
#define ADDRINFO_TEST_NATIVE_RESOLVER_SETTINGS_H_

#include <netinet/in.h>
#include <resolv.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "addrinfo.h"
#include "doctest.h"
#include "nameserver.h"
#include "resolver/resolver_state.h"

namespace gai {

inline std::shared_ptr<const ResolverState> StateOf(const ResolverOptions& options) {
  std::string culprit;
  auto state = MakeResolverState(options, &culprit);
  REQUIRE(state != nullptr);
  return state;
}

inline ResolverOptions Asking(const FakeNameserver& nameserver, const char* address = "127.0.0.1") {
  ResolverOptions options;
  options.nameservers = {{address, nameserver.port()}};
  return options;
}

// For A and AAAA in one call.
inline Manner Both() {
  Manner manner;
  manner.both = true;
  return manner;
}

inline Manner InOrder(NameserverOrder order) {
  Manner manner;
  manner.order = order;
  return manner;
}

inline Query QueryOf(const std::string& name, std::shared_ptr<const ResolverState> state) {
  Query query;
  query.node = name;
  query.family = 4;
  query.socktype = SOCK_STREAM;
  query.resolver = std::move(state);
  return query;
}

// The first address, or the error's number.
inline std::string AnswerTo(const Query& query) {
  const Answer answer = Resolve(query);
  return answer.error == 0 ? answer.addresses.at(0).text : std::to_string(answer.error);
}

inline std::string Lookup(const std::string& name, std::shared_ptr<const ResolverState> state) {
  return AnswerTo(QueryOf(name, std::move(state)));
}

// What glibc itself makes of resolv.conf and the environment, on a thread that nobody touched.
struct Settings {
  int retrans, retry, nscount;
  unsigned long options;
  unsigned ndots;
  std::vector<std::string> nameservers, search;

  bool operator==(const Settings& other) const {
    return retrans == other.retrans && retry == other.retry && nscount == other.nscount &&
           options == other.options && ndots == other.ndots && nameservers == other.nameservers &&
           search == other.search;
  }
};

inline Settings Read(res_state state) {
  Settings settings{
      state->retrans, state->retry, state->nscount, state->options, state->ndots, {}, {}};
  for (int index = 0; index < state->nscount; ++index) {
    const auto& v4 = state->nsaddr_list[index];
    const auto* const bytes = reinterpret_cast<const char*>(&v4);
    const auto* const v6 = reinterpret_cast<const char*>(state->_u._ext.nsaddrs[index]);
    settings.nameservers.push_back(v4.sin_family == AF_INET
                                       ? std::string(bytes, offsetof(sockaddr_in, sin_zero))
                                       : std::string(v6, sizeof(sockaddr_in6)));
  }
  for (int index = 0; state->dnsrch[index] != nullptr; ++index) {
    settings.search.emplace_back(state->dnsrch[index]);
  }
  return settings;
}

inline Settings OfTheSystem() {
  Settings settings;
  std::thread([&settings] {
    CHECK(res_ninit(&_res) == 0);
    settings = Read(&_res);
  }).join();
  return settings;
}

// /etc/resolv.conf, put back at the end. Only in the sandbox, where it is the test's own.
class ResolvConf {
 public:
  ResolvConf() {
    std::ifstream file(kPath);
    before_.assign(std::istreambuf_iterator<char>(file), {});
  }
  ~ResolvConf() { std::ofstream(kPath) << before_; }
  ResolvConf(const ResolvConf&) = delete;
  ResolvConf& operator=(const ResolvConf&) = delete;

  // Of different length each time: noticed however coarse the file system's clock is.
  void Append(const std::string& lines) { std::ofstream(kPath) << before_ << lines; }

 private:
  static constexpr const char* kPath = "/etc/resolv.conf";
  std::string before_;
};

}  // namespace gai

#endif  // ADDRINFO_TEST_NATIVE_RESOLVER_SETTINGS_H_
