#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "resolver/file_stamp.h"
#include "resolver/resolver_state_glibc.h"
#include "resolver/socket_reuse_glibc.h"

namespace gai {
namespace {

constexpr uint64_t kNone = UINT64_MAX;

struct ThreadState {
  // _res is not the system's own: to be made anew before a call that wants that.
  bool patched = false;
  // What it was made for, as of this resolv.conf.
  uint64_t settings = kNone;
  FileStamp conf;
  SocketReuse reuse;
};
thread_local ThreadState this_thread;

// As the system has it now: glibc reads resolv.conf again if the file has changed. 0 or an errno.
int Renew(res_state state) {
  // Of a thread that never resolved a name the socket is 0: closing that would be somebody else's.
  if ((state->options & RES_INIT) != 0) res_nclose(state);
  this_thread.patched = false;
  this_thread.settings = kNone;
  // An older glibc adds this to each query's id, and set it in a thread's first lookup only.
  if (state->id == 0) static_cast<void>(getentropy(&state->id, sizeof state->id) == 0);
  if (res_ninit(state) == 0) return 0;
  const int error = errno != 0 ? errno : ENOMEM;
  // What is left of an earlier call must not serve another: glibc is to begin anew.
  state->options = 0;
  state->nscount = 0;
  return error;
}

int PlaceAt(NameserverOrder order, int index) {
  return static_cast<int>((order >> (2 * index)) & 3U) - 1;
}

// An IPv6 address lies in memory of its own, to which a family of 0 points. That of a nameserver
// that is left out is freed with the others as long as it stays within nscount, or here.
void Arrange(res_state state, NameserverOrder order) {
  auto& extended = state->_u._ext;
  const int count = std::min(state->nscount, MAXNS);
  std::array<sockaddr_in, MAXNS> addresses{};
  std::array<sockaddr_in6*, MAXNS> longer{};
  std::array<bool, MAXNS> taken{};
  for (int index = 0; index < count; ++index) {
    addresses[index] = state->nsaddr_list[index];
    longer[index] = extended.nsaddrs[index];
    extended.nsaddrs[index] = nullptr;
  }
  int arranged = 0;
  for (int index = 0; index < MAXNS; ++index) {
    const int place = PlaceAt(order, index);
    // The list may have changed since the order was made.
    if (place < 0 || place >= count || taken[place]) continue;
    taken[place] = true;
    state->nsaddr_list[arranged] = addresses[place];
    extended.nsaddrs[arranged] = longer[place];
    ++arranged;
  }
  for (int place = 0; place < count; ++place) {
    if (!taken[place]) FreeForLibc(longer[place]);
  }
  state->nscount = arranged;
  state->options &= ~static_cast<unsigned long>(RES_ROTATE);
}

// A and AAAA one after the other, each from a socket of its own, which glibc comes to by itself
// after two timeouts: no race is lost. But no AAAA is asked for where A gets SERVFAIL, so of a
// search list another name would be found.
bool AsksOneByOne(const Manner& manner) { return manner.both && manner.beside && manner.absolute; }

void Apply(res_state state, const Manner& manner) {
  if (manner.order != 0) Arrange(state, manner.order);
  if (manner.brief) {
    state->retrans = 1;
    state->retry = 1;
  }
  if (manner.rest) state->retry = std::max(1, state->retry - 1);
  if (AsksOneByOne(manner)) state->options |= RES_SNGLKUPREOP;
  state->options |= RES_NORELOAD;  // Else an edit right now would make glibc undo all this.
  // An open socket tells who answered. A TCP connection is not left open.
  if ((state->options & RES_USEVC) == 0) state->options |= RES_STAYOPEN;
}

uint64_t NumberOf(const Manner& manner) {
  const uint64_t flags = (manner.brief ? 1U : 0U) | (manner.rest ? 2U : 0U) |
                         (manner.both ? 4U : 0U) | (AsksOneByOne(manner) ? 8U : 0U);
  return flags << 6U | (manner.order & 63U);
}

uint32_t OpenSockets(res_state state) {
  uint32_t open = 0;
  for (int index = 0; index < std::min(state->nscount, MAXNS); ++index) {
    if (state->_u._ext.nssocks[index] != -1) open |= 1U << static_cast<unsigned>(index);
  }
  return open;
}

// res_send begins anew, and then counts the nameservers again: that it has sent something shows.
void CloseSockets(res_state state) {
  auto& extended = state->_u._ext;
  for (int index = 0; index < std::min(state->nscount, MAXNS); ++index) {
    if (extended.nssocks[index] != -1) close(extended.nssocks[index]);
    extended.nssocks[index] = -1;
  }
  extended.nscount = 0;
}

}  // namespace

ResolverScope::ResolverScope(const ResolverState* state, const Manner& manner)
    : order_(manner.order) {
  const uint64_t settings = (state == nullptr ? 0 : state->number()) << 10U | NumberOf(manner);
  const bool may_share = !manner.beside && !manner.both;
  // glibc then keeps what it learned of answers to AAAA that are lost (socket_reuse_glibc.h).
  const bool plain = state == nullptr && manner.both && !manner.beside && manner.order == 0;
  // Before glibc looks: an edit in between then only costs a renewal.
  const FileStamp conf = plain ? FileStamp{} : FileStamp::Of(_PATH_RESCONF);
  const SocketReuse::Step step =
      this_thread.reuse.Next(may_share ? std::optional(settings) : std::nullopt, conf);
  const res_state own = &_res;
  if (step == SocketReuse::Step::kContinue) {
    open_before_ = OpenSockets(own);
    return;
  }
  const bool begins = step == SocketReuse::Step::kBegin;
  if (plain && !this_thread.patched) {
    // Nothing but a count is touched, which libc makes again (glibc, resolv/resolv_conf.c).
    if ((own->options & RES_INIT) != 0) own->_u._ext.nscount = 0;
    fresh_ = true;
    return;
  }
  if (this_thread.settings == settings && this_thread.conf == conf) {
    CloseSockets(own);
    fresh_ = true;
    if (begins) this_thread.reuse.Begin(own);
    return;
  }

  const int error = Renew(own);
  // Where it failed, a call with the system's settings tries for itself and says what is wrong.
  if (error != 0) {
    if (state != nullptr) error_ = error;
    return;
  }
  if (plain) {
    fresh_ = true;
    return;
  }
  this_thread.patched = true;
  if (state != nullptr) error_ = state->ApplyTo(own);
  if (error_ != 0) return;
  Apply(own, manner);
  CloseSockets(own);
  fresh_ = true;
  this_thread.settings = settings;
  this_thread.conf = conf;
  if (begins) this_thread.reuse.Begin(own);
}

int ResolverScope::Answered() {
  const res_state own = &_res;
  if (error_ != 0) return kUnknown;
  const uint32_t opened = OpenSockets(own) & ~open_before_;
  int answered = !fresh_ ? kUnknown : own->_u._ext.nscount == 0 ? kNothingSent : kNobody;
  // The last one: those that libc asked before it have been closed.
  for (int index = 0; index < MAXNS; ++index) {
    if ((opened & 1U << static_cast<unsigned>(index)) == 0) continue;
    answered = order_ == 0 ? index : PlaceAt(order_, index);
  }
  if (!this_thread.reuse.Keeps()) CloseSockets(own);
  return answered;
}

void EndSocketReuse() {
  if (!this_thread.reuse.End()) return;
  CloseSockets(&_res);
}

}  // namespace gai

#endif  // ADDRINFO_GLIBC
