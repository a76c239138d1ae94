// resolv.conf's options out of JavaScript, and what libc makes of them into it. A handle is made of
// the options once, and passed with each call. On an environment's own thread only. Part of
// addon.cc's glue, like which it asserts what TypeScript has checked.

#ifndef ADDRINFO_NATIVE_BINDING_RESOLVER_ARGUMENTS_H_
#define ADDRINFO_NATIVE_BINDING_RESOLVER_ARGUMENTS_H_

#include <napi.h>

#include <memory>

#include "resolver/resolver_state.h"

namespace gai {

// (settings: ResolverSettings of src/native/addon.ts) => a handle; or, as text, the nameserver that
// cannot be used. JavaScript owns the handle; calls that were made with it share what it holds.
Napi::Value NewResolverState(const Napi::CallbackInfo& info);

// Null where the argument is null: the system's own settings.
std::shared_ptr<const ResolverState> ResolverStateIn(Napi::Value value);

// (handle or null) => [ndots, ...domains], or null where libc does not say (SearchPathOf).
Napi::Value ReadSearchPath(const Napi::CallbackInfo& info);

// (handle or null) => [rotates, attempts, ...addresses], or null where libc does not say
// (NameserversOf).
Napi::Value ReadNameservers(const Napi::CallbackInfo& info);

// Names of the settings that this libc supports.
Napi::Array ResolverOptionNames(Napi::Env env);

// [name, word, supported] of each flag of kResolverFlags.
Napi::Array ResolverFlags(Napi::Env env);

}  // namespace gai

#endif  // ADDRINFO_NATIVE_BINDING_RESOLVER_ARGUMENTS_H_
