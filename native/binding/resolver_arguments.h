// resolv.conf's options out of JavaScript: a handle is made of them once, and passed with each
// call. On an environment's own thread only. Part of addon.cc's glue, like which it asserts what
// TypeScript has checked.

#ifndef ADDRINFO_NATIVE_BINDING_RESOLVER_ARGUMENTS_H_
#define ADDRINFO_NATIVE_BINDING_RESOLVER_ARGUMENTS_H_

#include <napi.h>

#include <memory>

#include "resolver/resolver_state.h"

namespace gai {

// (settings: ResolverSettings of src/addon.ts) => a handle; or, as text, the nameserver that
// cannot be used. JavaScript owns the handle; calls that were made with it share what it holds.
Napi::Value MakeResolverHandle(const Napi::CallbackInfo& info);

// Null where the argument is null: the system's own settings.
std::shared_ptr<const ResolverState> ResolverHandleIn(Napi::Value value);

}  // namespace gai

#endif  // ADDRINFO_NATIVE_BINDING_RESOLVER_ARGUMENTS_H_
