#include "binding/constants.h"

#include "sockets.h"

namespace gai {
namespace {

#define CONSTANT(name) {#name, name}
constexpr struct {
  const char* name;
  int value;
} kConstants[] = {CONSTANT(AF_UNSPEC),      CONSTANT(AF_INET),        CONSTANT(AF_INET6),
                  CONSTANT(SOCK_STREAM),    CONSTANT(SOCK_DGRAM),     CONSTANT(SOCK_RAW),
                  CONSTANT(IPPROTO_IP),     CONSTANT(IPPROTO_ICMP),   CONSTANT(IPPROTO_TCP),
                  CONSTANT(IPPROTO_UDP),    CONSTANT(IPPROTO_IPV6),   CONSTANT(IPPROTO_ICMPV6),
                  CONSTANT(IPPROTO_RAW),    CONSTANT(AI_PASSIVE),     CONSTANT(AI_CANONNAME),
                  CONSTANT(AI_NUMERICHOST), CONSTANT(AI_NUMERICSERV), CONSTANT(AI_V4MAPPED),
                  CONSTANT(AI_ALL),         CONSTANT(AI_ADDRCONFIG),
#if defined(AI_IDN)
                  CONSTANT(AI_IDN),         CONSTANT(AI_CANONIDN),
#endif
                  CONSTANT(EAI_AGAIN),      CONSTANT(EAI_BADFLAGS),   CONSTANT(EAI_FAIL),
                  CONSTANT(EAI_FAMILY),     CONSTANT(EAI_MEMORY),     CONSTANT(EAI_NONAME),
                  CONSTANT(EAI_SERVICE),    CONSTANT(EAI_SOCKTYPE),
#if defined(EAI_ADDRFAMILY)
                  CONSTANT(EAI_ADDRFAMILY),
#endif
#if defined(EAI_NODATA)
                  CONSTANT(EAI_NODATA),
#endif
#if defined(EAI_OVERFLOW)
                  CONSTANT(EAI_OVERFLOW),
#endif
#if defined(EAI_SYSTEM)
                  CONSTANT(EAI_SYSTEM),
#endif
                  CONSTANT(NI_DGRAM),       CONSTANT(NI_NAMEREQD),    CONSTANT(NI_NOFQDN),
                  CONSTANT(NI_NUMERICHOST), CONSTANT(NI_NUMERICSERV)};
#undef CONSTANT

}  // namespace

Napi::Object Constants(Napi::Env env) {
  Napi::Object constants = Napi::Object::New(env);
  for (const auto& [name, value] : kConstants) {
    constants.Set(name, Napi::Number::New(env, value));
  }
  return constants;
}

}  // namespace gai
