#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include <utility>

#include "resolver/socket_reuse_glibc.h"

namespace gai {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMaxCalls = 16;
constexpr std::chrono::milliseconds kMaxTime{100};

}  // namespace

SocketReuse::Step SocketReuse::Next(std::optional<uint64_t> settings, const FileStamp& conf) {
  const bool repeats = settings.has_value() && settings == previous_;
  const int calls = std::exchange(calls_, 0);
  previous_ = settings;
  if (!repeats) return Step::kNone;
  if (calls > 0 && calls < kMaxCalls && conf == conf_ && Clock::now() < ends_at_) {
    calls_ = calls + 1;
    return Step::kContinue;
  }
  conf_ = conf;
  return Step::kBegin;
}

void SocketReuse::Begin(res_state state) {
  if ((state->options & RES_USEVC) != 0) return;
  calls_ = 1;
  ends_at_ = Clock::now() + kMaxTime;
}

bool SocketReuse::End() {
  previous_.reset();
  return std::exchange(calls_, 0) > 0;
}

}  // namespace gai

#endif  // ADDRINFO_GLIBC
