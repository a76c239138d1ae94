#include "binding/resolver_arguments.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/resolver_flags.h"

namespace gai {
namespace {

using SharedState = std::shared_ptr<const ResolverState>;

// Once this worker thread is being terminated, reading a property fails and returns an empty value.
// That is no wrong argument: nobody uses what is made of it.

std::optional<int> OptionalInt(Napi::Object object, const char* key) {
  const Napi::Value value = object.Get(key);
  if (!value.IsNumber()) return std::nullopt;
  return value.As<Napi::Number>().Int32Value();
}

std::string Text(Napi::Value value) {
  if (!value.IsString()) return {};
  return value.As<Napi::String>().Utf8Value();
}

std::optional<bool> OptionalFlag(Napi::Object object, const char* key) {
  const Napi::Value value = object.Get(key);
  if (!value.IsBoolean()) return std::nullopt;
  return value.As<Napi::Boolean>().Value();
}

std::vector<Nameserver> Nameservers(Napi::Array list) {
  std::vector<Nameserver> nameservers;
  for (uint32_t index = 0; index < list.Length(); ++index) {
    const Napi::Value entry = list.Get(index);
    if (!entry.IsObject()) break;
    const Napi::Object object = entry.As<Napi::Object>();
    const int port = OptionalInt(object, "port").value_or(0);
    nameservers.push_back({Text(object.Get("address")), static_cast<uint16_t>(port)});
  }
  return nameservers;
}

std::vector<std::string> Texts(Napi::Array list) {
  std::vector<std::string> texts;
  for (uint32_t index = 0; index < list.Length(); ++index) {
    texts.push_back(Text(list.Get(index)));
  }
  return texts;
}

}  // namespace

Napi::Value NewResolverState(const Napi::CallbackInfo& info) {
  assert(info.Length() == 1 && info[0].IsObject());
  const Napi::Object object = info[0].As<Napi::Object>();
  ResolverOptions options;
  const Napi::Value nameservers = object.Get("nameservers");
  if (nameservers.IsArray()) options.nameservers = Nameservers(nameservers.As<Napi::Array>());
  const Napi::Value search = object.Get("search");
  if (search.IsArray()) options.search = Texts(search.As<Napi::Array>());
  options.ndots = OptionalInt(object, "ndots");
  options.timeout = OptionalInt(object, "timeout");
  options.attempts = OptionalInt(object, "attempts");
  for (const ResolverFlag& flag : kResolverFlags) {
    const std::optional<bool> wanted = OptionalFlag(object, flag.name);
    if (wanted) (*wanted ? options.flags_on : options.flags_off) |= flag.bit;
  }
  std::string culprit;
  auto state = std::make_unique<SharedState>(MakeResolverState(options, &culprit));
  if (*state == nullptr) return Napi::String::New(info.Env(), culprit);
  const auto handle = Napi::External<SharedState>::New(
      info.Env(), state.get(),
      [](Napi::Env, SharedState* data) { const std::unique_ptr<SharedState> owner(data); });
  if (!handle.IsEmpty()) static_cast<void>(state.release());  // JavaScript owns it now.
  return handle;
}

std::shared_ptr<const ResolverState> ResolverStateIn(Napi::Value value) {
  if (!value.IsExternal()) return nullptr;
  return *value.As<Napi::External<SharedState>>().Data();
}

Napi::Value ReadSearchPath(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<SearchPath> path = SearchPathOf(ResolverStateIn(info[0]).get());
  if (!path) return env.Null();
  Napi::Array list = Napi::Array::New(env, path->domains.size() + 3);
  uint32_t index = 0;
  list.Set(index++, Napi::Number::New(env, path->ndots));
  list.Set(index++, Napi::Boolean::New(env, path->asks_single_label));
  list.Set(index++, Napi::Boolean::New(env, path->asks_one_by_one));
  for (const std::string& domain : path->domains) list.Set(index++, domain);
  return list;
}

Napi::Value ReadNameservers(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<NameserverList> nameservers = NameserversOf(ResolverStateIn(info[0]).get());
  if (!nameservers) return env.Null();
  Napi::Array list = Napi::Array::New(env, nameservers->addresses.size() + 2);
  uint32_t index = 0;
  list.Set(index++, Napi::Boolean::New(env, nameservers->rotates));
  list.Set(index++, Napi::Number::New(env, nameservers->attempts));
  for (const std::string& address : nameservers->addresses) list.Set(index++, address);
  return list;
}

Napi::Array ResolverOptionNames(Napi::Env env) {
  Napi::Array names = Napi::Array::New(env);
  uint32_t index = 0;
  for (const std::string& name : SupportedResolverOptions()) names.Set(index++, name);
  return names;
}

Napi::Array ResolverFlags(Napi::Env env) {
  Napi::Array flags = Napi::Array::New(env);
  uint32_t index = 0;
  for (const ResolverFlag& flag : kResolverFlags) {
    Napi::Array entry = Napi::Array::New(env, 3);
    entry.Set(0u, flag.name);
    entry.Set(1u, flag.word);
    entry.Set(2u, flag.since);
    flags.Set(index++, entry);
  }
  return flags;
}

}  // namespace gai
