// One blocking call: a Query to an Answer, a NameQuery to a NameAnswer. Values only, so that they
// can cross threads. Knows no thread and no JavaScript.

#ifndef ADDRINFO_NATIVE_ADDRINFO_H_
#define ADDRINFO_NATIVE_ADDRINFO_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "resolver/resolver_state.h"

namespace gai {

// What getaddrinfo(3) is asked. Names are ASCII: IDNA is done before.
struct Query {
  std::optional<std::string> node;
  std::vector<std::string>
      candidates;  // In `node`'s place, each where the one before does not exist.
  std::optional<std::string> service;
  int family = 0;  // 0, 4 or 6
  int socktype = 0;
  int protocol = 0;
  int flags = 0;                                  // AI_* of this platform
  std::shared_ptr<const ResolverState> resolver;  // Null: as the system has it.
  Manner manner;  // `both` and `absolute` are set by the call itself.
};

// What a call of libc showed beside its answer; of the last candidate, where there are several.
struct Facts {
  int nameserver = ResolverScope::kUnknown;  // ResolverScope::Answered.
  std::chrono::nanoseconds asked_for{};      // How long libc ran.
};

struct Address {
  int family = 0;  // 4 or 6
  int socktype = 0;
  int protocol = 0;
  std::string text;
  uint16_t port = 0;
  uint32_t scope_id = 0;
};

struct Answer {
  // 0, or what Node shows as `errno`: libuv's number for an EAI_* code (-3008 for EAI_NONAME),
  // -errno for EAI_SYSTEM.
  int error = 0;
  // The name was refused because of AI_ADDRCONFIG: the host itself has no address of the family
  // asked for, apart from loopback. It says nothing about the name.
  bool no_local_address = false;
  std::vector<Address> addresses;  // In getaddrinfo's order. IPv4 and IPv6 only.
  std::string canonname;           // Empty unless AI_CANONNAME was asked for.
  uint32_t candidate = 0;          // Of Query::candidates, the one that this is about.
  Facts facts;
};

// Where a call is, for other threads to see; and whether it is to go on.
struct Progress {
  std::atomic<uint32_t> candidate{0};
  std::atomic<std::chrono::steady_clock::time_point> begun{};  // When libc was asked for it.
  std::atomic<bool> unwanted{false};  // Nobody waits: no further candidate is asked for.
};

// What getnameinfo(3) is asked. `address` is an IP literal, with %scope or without.
struct NameQuery {
  std::string address;
  uint16_t port = 0;
  int flags = 0;                                  // NI_*
  std::shared_ptr<const ResolverState> resolver;  // As in Query.
  Manner manner;
};

struct NameAnswer {
  int error = 0;  // As in Answer.
  std::string host;
  std::string service;
  Facts facts;
};

// Both block for as long as libc does. Any thread may call, without a lock. `progress` is kept up
// to date where it is not null.
Answer Resolve(const Query& query, Progress* progress = nullptr);
NameAnswer ResolveName(const NameQuery& query);

}  // namespace gai

#endif  // ADDRINFO_NATIVE_ADDRINFO_H_
