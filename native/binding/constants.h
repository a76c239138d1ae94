// AI_*, AF_*, SOCK_*, IPPROTO_*, EAI_*, NI_*: this platform's values, as C has them. Part of
// addon.cc's glue.

#ifndef ADDRINFO_NATIVE_BINDING_CONSTANTS_H_
#define ADDRINFO_NATIVE_BINDING_CONSTANTS_H_

#include <napi.h>

namespace gai {

// On an environment's own thread only. One that this platform does not have is left out.
Napi::Object Constants(Napi::Env env);

}  // namespace gai

#endif  // ADDRINFO_NATIVE_BINDING_CONSTANTS_H_
