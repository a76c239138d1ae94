#include "binding/values.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gai {
namespace {

// What libc gives is not promised to be UTF-8: Latin-1 keeps each byte, as Node does.
Napi::Value Latin1(Napi::Env env, const std::string& bytes) {
  napi_value value = nullptr;
  const napi_status status = napi_create_string_latin1(env, bytes.data(), bytes.size(), &value);
  assert(status == napi_ok);
  static_cast<void>(status);
  return Napi::Value(env, value);
}

class List {
 public:
  List(Napi::Env env, size_t size) : env_(env), array_(Napi::Array::New(env, size)) {}

  void Add(const std::string& text) { array_.Set(index_++, Latin1(env_, text)); }
  void Add(double number) { array_.Set(index_++, Napi::Number::New(env_, number)); }

  Napi::Value value() const { return array_; }

 private:
  const Napi::Env env_;
  Napi::Array array_;
  uint32_t index_ = 0;
};

}  // namespace

DeliveredAnswer ToJavaScript(Napi::Env env, const Answer& answer, bool full) {
  if (answer.error != 0) {
    return {answer.error, Napi::Boolean::New(env, answer.no_local_address)};
  }
  if (!full && answer.addresses.size() == 1) {
    const Address& only = answer.addresses.front();
    return {only.family, Latin1(env, only.text)};
  }
  List list(env, answer.addresses.size() * (full ? 6 : 2) + (full ? 1 : 0));
  if (full) list.Add(answer.canonname);
  for (const Address& address : answer.addresses) {
    list.Add(address.text);
    list.Add(address.family);
    if (!full) continue;
    list.Add(address.socktype);
    list.Add(address.protocol);
    list.Add(address.port);
    list.Add(address.scope_id);
  }
  return {0, list.value()};
}

DeliveredAnswer ToJavaScript(Napi::Env env, const NameAnswer& answer) {
  if (answer.error != 0) return {answer.error, Napi::Boolean::New(env, false)};
  List list(env, 2);
  list.Add(answer.host);
  list.Add(answer.service);
  return {0, list.value()};
}

}  // namespace gai
