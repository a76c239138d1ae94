// The calling thread's resolver settings (resolv.conf's options) for one call of libc. glibc keeps
// them for each thread (_res); no other libc can be told, there nothing is supported and a scope
// does nothing.
//
// Only what asks nameservers itself heeds them (nss_dns): nss-resolve, nscd and mdns do not.

#ifndef ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_H_
#define ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  unsigned long flags_on = 0;                          // Bits of kResolverFlags.
  unsigned long flags_off = 0;
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

// How libc completes a name.
struct SearchPath {
  int ndots = 1;
  bool asks_single_label = true;     // Once it has been searched for.
  bool asks_one_by_one = false;      // A, and only then AAAA: without an answer to A there is none.
  std::vector<std::string> domains;  // "." for the root.
};

// As resolv.conf, the environment and `state` (null for the system's own) have it now. None where
// libc does not say, or not exactly: it may have more domains than it shows, or treat single labels
// in a way of its own. Any thread; costs some microseconds.
std::optional<SearchPath> SearchPathOf(const ResolverState* state);

// For as long as it lives, libc's calls on this thread have these settings. Afterwards, and after
// any number of scopes, a call with a scope for the system's own settings has those: as resolv.conf
// is then. Scopes do not nest. No lock is held.
//
// Such a plain scope does nothing at all, unless calls before it left something behind or follow so
// closely that they share sockets (socket_reuse_glibc.h).
class ResolverScope {
 public:
  // `state`: null for the system's own; need not outlive the constructor. `hedge`: 0, or which
  // further attempt the call is; it begins so many nameservers further on, and from the second on
  // asks each once; A and AAAA one after the other. `brief`: it waits a second for a nameserver at
  // most. `both`: it asks for both.
  ResolverScope(const ResolverState* state, int hedge, bool brief, bool both);

  ResolverScope(const ResolverScope&) = delete;
  ResolverScope& operator=(const ResolverScope&) = delete;

  // 0, or the errno for which the settings could not be made: then the call must not be.
  int error() const { return error_; }

 private:
  int error_ = 0;
};

// To be called on a thread that makes no call for now: sockets that it kept are closed.
void EndSocketReuse();

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_H_
