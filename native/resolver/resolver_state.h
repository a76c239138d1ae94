// The calling thread's resolver settings (resolv.conf's options) for one call of libc: set before,
// undone after. glibc keeps them for each thread (_res); no other libc can be told, there nothing
// is supported and a scope does nothing.
//
// Only what asks nameservers itself heeds them (nss_dns): nss-resolve, nscd and mdns do not.

#ifndef ADDRINFO_NATIVE_RESOLVER_STATE_H_
#define ADDRINFO_NATIVE_RESOLVER_STATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "resolver/pace.h"

namespace gai {

struct Nameserver {
  std::string address;  // An IP literal, with %scope or without.
  uint16_t port = 53;
};

// Absent: as the system has it.
struct ResolverOptions {
  std::optional<std::vector<Nameserver>> nameservers;  // 1 to 3.
  std::optional<std::vector<std::string>> search;      // At most 6, of 254 characters in all.
  std::optional<int> ndots;                            // 0 to 15.
  std::optional<int> timeout;                          // Seconds, 1 to 30.
  std::optional<int> attempts;                         // 1 to 5.
  std::optional<bool> rotate;
  std::optional<bool> single_request;
  std::optional<bool> single_request_reopen;
  std::optional<bool> use_vc;
  std::optional<bool> no_aaaa;
  std::optional<bool> edns0;
  std::optional<bool> trust_ad;
};

// ResolverOptions as libc takes them. Immutable: any number of threads may use one at once.
class ResolverState;

// Any thread. Null where an address cannot be used (a scope that is no interface): `*culprit` is
// it. REQUIRES: every option that is set is supported, and within its bounds.
std::shared_ptr<const ResolverState> MakeResolverState(const ResolverOptions& options,
                                                       std::string* culprit);

// The options that this libc, as it runs, can be told; by their names in JavaScript. Any thread.
std::vector<std::string> SupportedResolverOptions();

// For messages: "glibc 2.36". Any thread.
std::string LibcName();

// For as long as it lives, libc's calls on this thread have these settings. Afterwards, and after
// any number of scopes, a call without one has the system's own: as resolv.conf is then. Scopes do
// not nest. No lock is held.
//
// A streak: scopes on a thread that follow one another with equal settings, each with a deadline
// and none a hedge. Those ask from one socket, where each would open, connect and close its own. It
// ends after 16 of them, after 100 ms, with a scope of another kind, when resolv.conf has changed,
// and with EndStreak; libc closes the socket itself after a call that nobody answered. (c-ares, and
// so dns.resolve, keeps one without any such bound.)
class ResolverScope {
 public:
  // `state`: null for the system's own. `name`: what will be looked up, as far as the search list
  // is concerned; null where none is. `both`: A and AAAA in one call. What is passed need not
  // outlive the constructor.
  ResolverScope(const ResolverState* state, const Pace& pace, const char* name, bool both);
  ~ResolverScope();

  ResolverScope(const ResolverScope&) = delete;
  ResolverScope& operator=(const ResolverScope&) = delete;

  // 0, or the errno for which the settings could not be made: then the call must not be.
  int error() const { return error_; }

 private:
  int error_ = 0;
  bool plain_ = true;
};

// To be called on a thread that makes no call for now: the socket of its streak is closed.
void EndStreak();

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_STATE_H_
