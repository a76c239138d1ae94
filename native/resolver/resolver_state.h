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

// Whom libc asks.
struct NameserverList {
  bool rotates = false;
  int attempts = 0;                    // Rounds.
  std::vector<std::string> addresses;  // As text; with #port where that is not 53.
};

// As SearchPathOf. None where libc does not say.
std::optional<NameserverList> NameserversOf(const ResolverState* state);

// Which nameservers a call asks, and in which order: two bits for each, from the lowest on, its
// place in the list plus one. 0: all of them, as the list (and `rotate`) has it.
using NameserverOrder = uint32_t;

// How one call asks the nameservers of its settings.
struct Manner {
  NameserverOrder order = 0;
  bool brief = false;     // One round, a second for each: another call is to wait longer.
  bool rest = false;      // The rounds that a brief call has left.
  bool beside = false;    // Beside another call for the same: from sockets of its own.
  bool both = false;      // For A and AAAA in one call.
  bool absolute = false;  // The name ends in a dot: libc walks no search list.
};

// For as long as it lives, libc's calls on this thread have these settings. Afterwards, and after
// any number of scopes, a call with a scope for the system's own settings has those: as resolv.conf
// is then. Scopes do not nest. No lock is held.
//
// Such a plain scope does nothing at all, unless calls before it left something behind or follow so
// closely that they share sockets (socket_reuse_glibc.h).
class ResolverScope {
 public:
  // `state`: null for the system's own; need not outlive the constructor.
  ResolverScope(const ResolverState* state, const Manner& manner);

  ResolverScope(const ResolverScope&) = delete;
  ResolverScope& operator=(const ResolverScope&) = delete;

  // 0, or the errno for which the settings could not be made: then the call must not be.
  int error() const { return error_; }

  // To be called once, after the call. The place in the list of the nameserver that answered, or
  // one of those below.
  int Answered();

  static constexpr int kUnknown = -1;      // Perhaps nothing was sent.
  static constexpr int kNothingSent = -2;  // The hosts file answered, or another module.
  static constexpr int kNobody = -3;       // No nameserver answered, or one did over TCP.

 private:
  int error_ = 0;
  [[maybe_unused]] NameserverOrder order_ = 0;
  [[maybe_unused]] bool fresh_ = false;        // All sockets were closed.
  [[maybe_unused]] uint32_t open_before_ = 0;  // Sockets, a bit for each place.
};

// To be called on a thread that makes no call for now: sockets that it kept are closed.
void EndSocketReuse();

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_RESOLVER_STATE_H_
