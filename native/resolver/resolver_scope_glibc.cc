#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "resolver/file_stamp.h"
#include "resolver/resolver_state_glibc.h"
#include "resolver/socket_reuse_glibc.h"

namespace gai {
namespace {

struct ThreadState {
  // _res is not the system's own: to be made anew before a call that wants that.
  bool patched = false;
  // It is the system's own as of this resolv.conf, but for a brief call's timeout.
  bool brief = false;
  FileStamp conf;
  SocketReuse reuse;
};
thread_local ThreadState this_thread;

// As the system has it now: glibc reads resolv.conf again if the file has changed. 0 or an errno.
int Renew(res_state state) {
  // Of a thread that never resolved a name the socket is 0: closing that would be somebody else's.
  if ((state->options & RES_INIT) != 0) res_nclose(state);
  this_thread.patched = false;
  this_thread.brief = false;
  // An older glibc adds this to each query's id, and set it in a thread's first lookup only.
  if (state->id == 0) static_cast<void>(getentropy(&state->id, sizeof state->id) == 0);
  if (res_ninit(state) == 0) return 0;
  const int error = errno != 0 ? errno : ENOMEM;
  // What is left of an earlier call must not serve another: glibc is to begin anew.
  state->options = 0;
  state->nscount = 0;
  return error;
}

// The list, turned: an IPv6 address lies in memory of its own, to which a family of 0 points.
void BeginAt(res_state state, int place) {
  const int count = state->nscount;
  if (count < 2) return;
  const int shift = place % count;
  auto& extended = state->_u._ext;
  std::rotate(state->nsaddr_list, state->nsaddr_list + shift, state->nsaddr_list + count);
  std::rotate(extended.nsaddrs, extended.nsaddrs + shift, extended.nsaddrs + count);
}

// From the second on, one round: a hedge's failure is never final, so libc's further tries would
// only send more. The first one is the patient one of its lookup. A and AAAA one after the other,
// each from a socket of its own, which glibc comes to by itself after two timeouts: where one
// answer is lost for good, it then gives the other after one timeout, not three.
void MakeHedge(res_state state, int hedge, bool both) {
  BeginAt(state, hedge);
  if (hedge > 1) state->retry = 1;
  if (both) state->options |= RES_SNGLKUPREOP;
}

}  // namespace

ResolverScope::ResolverScope(const ResolverState* state, int hedge, bool brief, bool both) {
  const uint64_t number = 2 * (state == nullptr ? 0 : state->number()) + (brief ? 1 : 0);
  const bool may_share = hedge == 0 && !both;
  const SocketReuse::Step step =
      this_thread.reuse.Next(may_share ? std::optional(number) : std::nullopt);
  if (step == SocketReuse::Step::kContinue) return;
  const bool begins = step == SocketReuse::Step::kBegin;
  const bool plain = state == nullptr && hedge == 0 && !brief && !begins;
  if (plain && !this_thread.patched) return;
  // Before glibc looks: an edit in between then only costs a renewal.
  const FileStamp conf = brief ? FileStamp::Of(_PATH_RESCONF) : FileStamp{};
  const bool keepable = state == nullptr && hedge == 0 && brief && !begins;
  if (keepable && this_thread.brief && conf == this_thread.conf) return;

  const res_state own = &_res;
  const int error = Renew(own);
  // Where it failed, a call with the system's settings tries for itself and says what is wrong.
  if (error != 0) {
    if (state != nullptr) error_ = error;
    return;
  }
  if (plain) return;
  this_thread.patched = true;
  if (state != nullptr) error_ = state->ApplyTo(own);
  if (error_ != 0) return;
  if (hedge != 0) MakeHedge(own, hedge, both);
  if (brief) own->retrans = 1;
  own->options |= RES_NORELOAD;  // Else an edit right now would make glibc undo all this.
  this_thread.brief = keepable;
  this_thread.conf = conf;
  if (begins) this_thread.reuse.Begin(own);
}

void EndSocketReuse() {
  if (!this_thread.reuse.End()) return;
  res_nclose(&_res);
}

}  // namespace gai

#endif  // ADDRINFO_GLIBC
