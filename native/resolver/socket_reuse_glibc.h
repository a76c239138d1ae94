// Calls that follow one another on a thread ask from one socket, where libc would open, connect and
// close one for each. Included where ADDRINFO_GLIBC holds, and only there.
//
// Why. With many lookups at once, those three system calls are a large part of what a lookup costs
// the machine. c-ares, and so dns.resolve, keeps its sockets as well, without any bound.
//
// When. It begins with the second call that a thread makes without having been idle in between:
// only then is there a next call that could gain.
//
// How long. At most 16 calls and 100 ms. For longer, the source port would be worth guessing: an
// attacker who wants to forge an answer must find it along with the query's ID. And a load balancer
// that picks a backend by port would go on sending to one that is gone.
//
// When it ends. With the bounds; with a call of other settings; when resolv.conf has changed, which
// glibc itself does not look for in settings that were touched; and before the thread sleeps, since
// nobody knows for how long. libc closes the socket itself after a call that nobody answered, so
// that the next one has a new port.
//
// Never for
// - a hedge: it is made because packets of the first attempt's socket may be lost on their way, so
//   it has a socket, and a port, of its own;
// - use-vc: a nameserver may close an idle TCP connection at any moment;
// - A and AAAA in one call: where the answer to one of two queries from the same socket was lost,
//   glibc learns to ask one after the other, for the rest of the thread's life. Touched settings
//   would have to be renewed, which forgets it.

#ifndef ADDRINFO_NATIVE_RESOLVER_SOCKET_REUSE_GLIBC_H_
#define ADDRINFO_NATIVE_RESOLVER_SOCKET_REUSE_GLIBC_H_

#include <netinet/in.h>
#include <resolv.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "resolver/file_stamp.h"

namespace gai {

// One thread's, and used on that only.
class SocketReuse {
 public:
  enum class Step {
    kNone,      // The call has a socket of its own.
    kBegin,     // Begin is to be called; sockets are then kept after the call.
    kContinue,  // The settings stay as they are, sockets included.
  };

  // Before each call. `settings`: a number for those that it wants, or none if it must not share.
  // `conf`: resolv.conf as it is now.
  Step Next(std::optional<uint64_t> settings, const FileStamp& conf);

  void Begin(res_state state);

  // Whether sockets stay open after the present call.
  bool Keeps() const { return calls_ > 0; }

  // The thread will be idle. Returns whether sockets are to be closed.
  bool End();

 private:
  std::optional<uint64_t> previous_;  // The settings of the call before, since the thread was idle.
  int calls_ = 0;                     // That shared the socket so far; 0: none is kept.
  FileStamp conf_;
  std::chrono::steady_clock::time_point ends_at_;
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_SOCKET_REUSE_GLIBC_H_
