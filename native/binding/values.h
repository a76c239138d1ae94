// Answers as JavaScript gets them: status and value (src/native/addon.ts). Part of addon.cc's glue.

#ifndef ADDRINFO_NATIVE_BINDING_VALUES_H_
#define ADDRINFO_NATIVE_BINDING_VALUES_H_

#include <napi.h>

#include "addrinfo.h"

namespace gai {

struct DeliveredAnswer {
  int status;  // Below 0: the error. 4 or 6: one address of this family. 0: a list.
  Napi::Value value;
};

// On an environment's own thread only, within a handle scope. `full`: every field of every address.
DeliveredAnswer ToJavaScript(Napi::Env env, const Answer& answer, bool full);
DeliveredAnswer ToJavaScript(Napi::Env env, const NameAnswer& answer);

}  // namespace gai

#endif  // ADDRINFO_NATIVE_BINDING_VALUES_H_
