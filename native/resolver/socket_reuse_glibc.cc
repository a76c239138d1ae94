#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include <utility>

#include "resolver/socket_reuse_glibc.h"

namespace gai {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMaxCalls = 16;
constexpr std::chrono::milliseconds kMaxTime{100};

// What glibc turns on by itself after an answer to AAAA was lost: in `options`, or (2.40, and where
// that was backported) under the same bits in `_flags`.
constexpr unsigned long kSelfHealing = RES_SNGLKUP | RES_SNGLKUPREOP;

bool HasLearned(res_state state) { return ((state->options | state->_flags) & kSelfHealing) != 0; }

}  // namespace

SocketReuse::Step SocketReuse::Next(std::optional<uint64_t> settings) {
  const bool repeats = settings.has_value() && settings == previous_;
  const int calls = std::exchange(calls_, 0);
  previous_ = settings;
  if (!repeats || (*settings < 2 && HasLearned(&_res))) return Step::kNone;
  // Before glibc looks: an edit in between then only ends the reuse too early.
  const FileStamp conf = FileStamp::Of(_PATH_RESCONF);
  if (calls > 0 && calls < kMaxCalls && conf == conf_ && Clock::now() < ends_at_) {
    calls_ = calls + 1;
    return Step::kContinue;
  }
  conf_ = conf;
  return Step::kBegin;
}

void SocketReuse::Begin(res_state state) {
  if ((state->options & RES_USEVC) != 0) return;
  state->options |= RES_STAYOPEN;
  calls_ = 1;
  ends_at_ = Clock::now() + kMaxTime;
}

bool SocketReuse::End() {
  previous_.reset();
  return std::exchange(calls_, 0) > 0;
}

}  // namespace gai

#endif  // ADDRINFO_GLIBC
