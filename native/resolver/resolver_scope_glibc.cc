#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>

#include "resolver/resolver_state_glibc.h"

namespace gai {
namespace {

// What glibc turns on by itself, for the rest of a thread's life, after an answer to AAAA was lost:
// in `options`, or (2.40, and where that was backported) under the same bits in `_flags`.
constexpr unsigned long kSelfHealing = RES_SNGLKUP | RES_SNGLKUPREOP;

using Clock = std::chrono::steady_clock;

// Of a streak. For longer a port would be worth guessing, and a load balancer's backend that is
// gone be asked.
constexpr int kMostCalls = 16;
constexpr std::chrono::milliseconds kLongestStreak{100};

// resolv.conf as far as glibc looks for a change; all 0 where there is none.
class ResolvConf {
 public:
  static ResolvConf Now() {
    ResolvConf now;
    struct stat status;
    if (stat(_PATH_RESCONF, &status) != 0) return now;
    now.inode_ = status.st_ino;
    now.size_ = status.st_size;
    now.modified_ = status.st_mtim;
    now.changed_ = status.st_ctim;
    return now;
  }

  bool operator==(const ResolvConf& other) const {
    return inode_ == other.inode_ && size_ == other.size_ && Same(modified_, other.modified_) &&
           Same(changed_, other.changed_);
  }

 private:
  static bool Same(const timespec& left, const timespec& right) {
    return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
  }

  ino_t inode_ = 0;
  off_t size_ = 0;
  timespec modified_ = {};
  timespec changed_ = {};
};

struct Streak {
  int calls = 0;       // 0: none.
  uint64_t state = 0;  // ResolverState::number; 0: the system's own.
  Retries given;       // What a call has without a deadline.
  ResolvConf conf;
  Clock::time_point ends_at;
};

// What a thread's _res is like, beside what is in it.
struct ThreadMemory {
  // It is not the system's own: to be made anew before a call that wants that.
  bool patched = false;
  // Of kSelfHealing, what glibc turned on in calls with the system's settings.
  unsigned long healed = 0;
  // Of kSelfHealing, what the current call was given by us.
  unsigned long given = 0;
  // As res_ninit last left it; another resolv.conf makes glibc forget what it turned on.
  unsigned long options = 0;
  int nameservers = 0;
  sockaddr_in addresses[MAXNS] = {};
  Streak streak;
};
thread_local ThreadMemory remembered;

// As the system has it now: glibc reads resolv.conf again if the file has changed. 0 or an errno.
int Renew(res_state state) {
  // Of a thread that never resolved a name the socket is 0: closing that would be somebody else's.
  if ((state->options & RES_INIT) != 0) res_nclose(state);
  remembered.patched = false;
  remembered.given = 0;
  remembered.streak = {};
  // An older glibc adds this to each query's id, and set it in a thread's first lookup only.
  if (state->id == 0) static_cast<void>(getentropy(&state->id, sizeof state->id) == 0);
  if (res_ninit(state) == 0) return 0;
  const int error = errno != 0 ? errno : ENOMEM;
  // What is left of an earlier call must not serve another: glibc is to begin anew.
  state->options = 0;
  state->nscount = 0;
  return error;
}

void RecallHealing(res_state state) {
  const size_t size = sizeof(sockaddr_in) * static_cast<size_t>(state->nscount);
  const bool same = remembered.options == state->options &&
                    remembered.nameservers == state->nscount &&
                    std::memcmp(remembered.addresses, state->nsaddr_list, size) == 0;
  if (same && remembered.healed != 0) {
    state->options |= remembered.healed;
    remembered.patched = true;
  }
  if (same) return;
  remembered.options = state->options;
  remembered.nameservers = state->nscount;
  std::memcpy(remembered.addresses, state->nsaddr_list, size);
  remembered.healed = 0;
}

// A second attempt for A and AAAA does at once what glibc comes to after two timeouts: each from a
// socket of its own. Where one answer is lost for good it then gives the other after one timeout,
// not three.
void AskOneAfterTheOther(res_state state) {
  remembered.given = RES_SNGLKUPREOP & ~state->options;
  state->options |= RES_SNGLKUPREOP;
}

// Names that glibc tries when no nameserver answers: the name itself and the first of the list.
int Candidates(res_state state, const char* name) {
  if (name == nullptr || state->dnsrch[0] == nullptr) return 1;
  const std::string_view text = name;
  return text.empty() || text.back() == '.' ? 1 : 2;
}

Course CourseOf(res_state state, const char* name, bool both) {
  return {state->nscount, Candidates(state, name), both};
}

void SetRetries(res_state state, const Retries& retries) {
  state->retrans = retries.timeout;
  state->retry = retries.attempts;
}

bool GoesOn(uint64_t state, const ResolvConf& conf, Clock::time_point now) {
  const Streak& streak = remembered.streak;
  return streak.calls > 0 && streak.calls < kMostCalls && streak.state == state &&
         streak.conf == conf && now < streak.ends_at;
}

}  // namespace

ResolverScope::ResolverScope(const ResolverState* state, const Pace& pace, const char* name,
                             bool both)
    : plain_(state == nullptr) {
  const bool wanted = !plain_ || pace.deadline || pace.hedge;
  if (!wanted && !remembered.patched) return;

  const res_state mine = &_res;
  const Clock::time_point now = Clock::now();
  const Chosen chosen = plain_ ? Chosen{} : state->chosen();
  const uint64_t number = plain_ ? 0 : state->number();
  const bool for_streak = pace.deadline && !pace.hedge;
  // Before glibc looks: an edit in between then only ends a streak too early.
  const ResolvConf conf = for_streak ? ResolvConf::Now() : ResolvConf{};
  if (for_streak && GoesOn(number, conf, now)) {
    ++remembered.streak.calls;
    SetRetries(
        mine, PacedRetries(remembered.streak.given, chosen, pace, CourseOf(mine, name, both), now));
    return;
  }

  const int error = Renew(mine);
  // Where it failed, a plain call tries for itself and says what is wrong.
  if (error != 0) {
    if (!plain_) error_ = error;
    return;
  }
  if (plain_) {
    RecallHealing(mine);
  } else {
    remembered.patched = true;
    error_ = state->ApplyTo(mine);
  }
  if (!wanted || error_ != 0) return;
  if (pace.hedge && both) AskOneAfterTheOther(mine);

  const Retries given{mine->retrans, mine->retry};
  const Retries paced = PacedRetries(given, chosen, pace, CourseOf(mine, name, both), now);
  // A connection (use-vc) that stays open may be closed by the nameserver at any moment.
  const bool begins = for_streak && (mine->options & RES_USEVC) == 0;
  if (plain_ && !begins && paced == given && remembered.given == 0) return;
  SetRetries(mine, paced);
  mine->options |= RES_NORELOAD;  // Else an edit right now would make glibc undo all this.
  remembered.patched = true;
  if (!begins) return;
  mine->options |= RES_STAYOPEN;
  remembered.streak = {1, number, given, conf, now + kLongestStreak};
}

ResolverScope::~ResolverScope() {
  if (!plain_) return;
  const unsigned long known = remembered.options | remembered.given;
  remembered.healed |= (_res.options | _res._flags) & kSelfHealing & ~known;
}

void EndStreak() {
  if (remembered.streak.calls == 0) return;
  remembered.streak = {};
  res_nclose(&_res);
}

}  // namespace gai

#endif  // ADDRINFO_GLIBC
