#include "resolver/libc.h"

#if ADDRINFO_GLIBC

#include "resolver/resolver_state_glibc.h"

namespace gai {
namespace {

// A resolver state apart from any thread's.
class PrivateState {
 public:
  PrivateState() : usable_(res_ninit(&state_) == 0) {}
  ~PrivateState() {
    if (usable_) res_nclose(&state_);
  }
  PrivateState(const PrivateState&) = delete;
  PrivateState& operator=(const PrivateState&) = delete;

  bool usable() const { return usable_; }
  res_state get() { return &state_; }

 private:
  struct __res_state state_ = {};
  const bool usable_;
};

// glibc walks a list of any length, but shows six domains at most, and of those what fits into 256
// bytes. A list may go on if there are six, or if a domain as long as this would not have fitted.
constexpr size_t kLongestDomain = 100;

bool MayGoOn(const SearchPath& path) {
  size_t used = 0;
  for (const std::string& domain : path.domains) used += domain.size() + 1;
  return path.domains.size() >= MAXDNSRCH ||
         used + kLongestDomain + 1 > sizeof(__res_state::defdname);
}

}  // namespace

std::optional<SearchPath> SearchPathOf(const ResolverState* state) {
  PrivateState own;
  if (!own.usable()) return std::nullopt;
  if (state != nullptr && state->ApplyTo(own.get()) != 0) return std::nullopt;
  const res_state all = own.get();
  constexpr unsigned long kWalks = RES_DEFNAMES | RES_DNSRCH;
  // Either alone means part of the walk for part of the names. Nothing in resolv.conf turns one
  // off.
  if ((all->options & kWalks) != kWalks) return std::nullopt;
  SearchPath path;
  path.ndots = static_cast<int>(all->ndots);
  path.asks_single_label = (all->options & RES_NOTLDQUERY) == 0;
  path.asks_one_by_one = (all->options & (RES_SNGLKUP | RES_SNGLKUPREOP)) != 0;
  for (char* const* domain = all->dnsrch; *domain != nullptr; ++domain) {
    path.domains.emplace_back(*domain);
  }
  const bool whole = state != nullptr && state->has_search();
  if (!whole && MayGoOn(path)) return std::nullopt;
  return path;
}

}  // namespace gai

#endif  // ADDRINFO_GLIBC
