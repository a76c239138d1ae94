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

std::optional<SearchPath> SearchPathOf(const ResolverState* /*state*/) { return std::nullopt; }

std::optional<NameserverList> NameserversOf(const ResolverState* /*state*/) { return std::nullopt; }

ResolverScope::ResolverScope(const ResolverState* /*state*/, const Manner& /*manner*/) {}

int ResolverScope::Answered() { return kUnknown; }

void EndSocketReuse() {}

}  // namespace gai

#endif  // !ADDRINFO_GLIBC
