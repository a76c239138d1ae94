#include "resolver/libc.h"
#include "resolver/resolver_state.h"

#if !ADDRINFO_GLIBC

namespace gai {

class ResolverState {};

std::shared_ptr<const ResolverState> MakeResolverState(const ResolverOptions& /*options*/,
                                                       std::string* /*culprit*/) {
  return nullptr;
}

std::vector<std::string> SupportedResolverOptions() { return {}; }

std::string LibcName() { return "a C library other than glibc"; }

ResolverScope::ResolverScope(const ResolverState* /*state*/, const Pace& /*pace*/,
                             const char* /*name*/, bool /*both*/) {}

ResolverScope::~ResolverScope() { static_cast<void>(plain_); }  // Else clang finds it unused.

void EndStreak() {}

}  // namespace gai

#endif  // !ADDRINFO_GLIBC
