// From a lookup's deadline to resolv.conf's timeout and attempts, so that the thread is back by
// then. Arithmetic on values only: any thread, no lock.
//
// libc asks each nameserver in turn, `attempts` times over, and waits for whole seconds. An answer
// that comes late, to an earlier attempt, counts as well (it is the same socket and the same
// query), so short waits lose nothing; they only send more packets. The rule, in this order:
//
//  1. What the caller set through ResolverOptions is kept where it ends by the deadline, and cut
//     otherwise: of a timeout the number of attempts first, and only then the timeout itself.
//  2. So is what the system has (resolv.conf): where it ends by the deadline, it is left alone.
//  3. Otherwise: the total that ends soonest after the deadline, but no more than two seconds after
//     it; where whole seconds leave none such, the longest that ends before it. Of equal totals the
//     one with the shortest timeout: that frees the thread of a lost packet, and gets past a dead
//     first nameserver, soonest.
//  4. All calls that are made for one lookup together send a dead nameserver no more than twice the
//     packets that one lookup of libc's own (A and AAAA) would, unless the caller set the attempts.
//     A hedge makes one attempt, and asks for A and AAAA one after the other where it asks for
//     both.
//
// One round over the nameservers, for each name that libc tries, takes place whatever the deadline.
// A TCP connection (use-vc, or a truncated answer) knows no timeout in libc and is not bounded
// here.

#ifndef ADDRINFO_NATIVE_RESOLVER_PACE_H_
#define ADDRINFO_NATIVE_RESOLVER_PACE_H_

#include <chrono>
#include <optional>

namespace gai {

// What a call knows of the lookup that it is made for.
struct Pace {
  // When nobody waits any more. None: never.
  std::optional<std::chrono::steady_clock::time_point> deadline;
  int hedges = 0;       // Further calls that may be made for the same question.
  bool hedge = false;   // This is one of those.
  bool beside = false;  // A call for the other family runs at the same time.
};

// resolv.conf's timeout, in seconds, and attempts.
struct Retries {
  int timeout = 5;
  int attempts = 2;
};

inline bool operator==(const Retries& left, const Retries& right) {
  return left.timeout == right.timeout && left.attempts == right.attempts;
}

// What decides how long libc's retries take.
struct Course {
  int nameservers = 1;
  int candidates = 1;  // Names that are tried one after another when nobody answers.
  bool both = false;   // A and AAAA in one call (AF_UNSPEC).
};

// How long libc waits in all for nameservers that never answer.
std::chrono::seconds SilentTime(const Retries& retries, const Course& course);

// What the caller of the lookup has set, rather than the system.
struct Chosen {
  bool timeout = false;
  bool attempts = false;
};

// The retries for a call, by the rule above. `given`: what it would have without a deadline.
Retries PacedRetries(const Retries& given, const Chosen& chosen, const Pace& pace,
                     const Course& course, std::chrono::steady_clock::time_point now);

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_PACE_H_
