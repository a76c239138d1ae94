// Node-API glue: arguments in, and what the addon exports. Arguments have been checked in
// TypeScript (src/native/addon.ts has the signatures); here they are asserted.

#include <napi.h>

#include <cassert>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "addrinfo.h"
#include "binding/channel.h"
#include "binding/constants.h"
#include "binding/resolver_arguments.h"
#include "pool/thread.h"
#include "pool/thread_pool.h"
#include "resolver/etc_generation.h"

namespace gai {
namespace {

Channel& ChannelOf(Napi::Value value) {
  assert(value.IsExternal());
  return *value.As<Napi::External<Channel>>().Data();
}

// Utf8Value asks for the length first; a host name fits into this.
std::string Text(Napi::Value value) {
  char buffer[512];
  size_t length = 0;
  const napi_status status =
      napi_get_value_string_utf8(value.Env(), value, buffer, sizeof buffer, &length);
  assert(status == napi_ok);
  static_cast<void>(status);
  // So long that it may have been cut.
  if (length + 4 >= sizeof buffer) return value.As<Napi::String>().Utf8Value();
  return std::string(buffer, length);
}

// An entry cannot be read once this worker thread is being terminated: then nobody waits.
std::vector<std::string> Names(Napi::Array list) {
  std::vector<std::string> names;
  for (uint32_t index = 0; index < list.Length(); ++index) {
    const Napi::Value entry = list.Get(index);
    if (entry.IsString()) names.push_back(Text(entry));
  }
  return names;
}

std::optional<std::string> OptionalText(Napi::Value value) {
  if (!value.IsString()) return std::nullopt;
  return Text(value);
}

int64_t Integer(Napi::Value value) {
  assert(value.IsNumber());
  return value.As<Napi::Number>().Int64Value();
}

int Int(Napi::Value value) { return static_cast<int>(Integer(value)); }

uint32_t Unsigned(Napi::Value value) { return static_cast<uint32_t>(Integer(value)); }

size_t Size(Napi::Value value) { return static_cast<size_t>(Integer(value)); }

Manner MannerOf(uint32_t mode, NameserverOrder order) {
  Manner manner;
  manner.order = order;
  manner.brief = (mode & kBrief) != 0;
  manner.rest = (mode & kRest) != 0;
  manner.beside = (mode & kBeside) != 0;
  return manner;
}

Napi::Value Number(const Napi::CallbackInfo& info, int value) {
  return Napi::Number::New(info.Env(), value);
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  assert(info[0].IsFunction());
  auto channel = std::make_unique<Channel>(info.Env(), info[0].As<Napi::Function>());
  const auto handle = Napi::External<Channel>::New(
      info.Env(), channel.get(),
      [](Napi::Env, Channel* data) { const std::unique_ptr<Channel> owner(data); });
  if (!handle.IsEmpty()) static_cast<void>(channel.release());  // JavaScript owns it now.
  return handle;
}

Napi::Value Submit(const Napi::CallbackInfo& info) {
  assert(info.Length() == 11);
  Query query;
  if (info[2].IsArray()) {
    query.candidates = Names(info[2].As<Napi::Array>());
  } else {
    query.node = OptionalText(info[2]);
  }
  query.service = OptionalText(info[3]);
  query.family = Int(info[4]);
  query.socktype = Int(info[5]);
  query.protocol = Int(info[6]);
  query.flags = Int(info[7]);
  const uint32_t mode = Unsigned(info[8]);
  query.manner = MannerOf(mode, Unsigned(info[9]));
  query.resolver = ResolverStateIn(info[10]);
  return Number(info, ChannelOf(info[0]).Submit(Unsigned(info[1]), std::move(query), mode));
}

Napi::Value SubmitName(const Napi::CallbackInfo& info) {
  assert(info.Length() == 8);
  NameQuery query;
  query.address = Text(info[2]);
  query.port = static_cast<uint16_t>(Integer(info[3]));
  query.flags = Int(info[4]);
  const uint32_t mode = Unsigned(info[5]);
  query.manner = MannerOf(mode, Unsigned(info[6]));
  query.resolver = ResolverStateIn(info[7]);
  return Number(info, ChannelOf(info[0]).Submit(Unsigned(info[1]), std::move(query), mode));
}

void Wake(const Napi::CallbackInfo& info) { ChannelOf(info[0]).Wake(); }

void Deliver(const Napi::CallbackInfo& info) { ChannelOf(info[0]).Deliver(); }

Napi::Value RunningFor(const Napi::CallbackInfo& info) {
  const int64_t ms = ChannelOf(info[0]).RunningFor(Unsigned(info[1]));
  return Napi::Number::New(info.Env(), static_cast<double>(ms));
}

Napi::Value Candidate(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), ChannelOf(info[0]).Candidate(Unsigned(info[1])));
}

Napi::Value StepAside(const Napi::CallbackInfo& info) {
  return Number(info, static_cast<int>(ChannelOf(info[0]).StepAside(Unsigned(info[1]))));
}

Napi::Value Abandon(const Napi::CallbackInfo& info) {
  return Number(info, static_cast<int>(ChannelOf(info[0]).Abandon(Unsigned(info[1]))));
}

void SetThreads(const Napi::CallbackInfo& info) {
  ThreadPool::Limits limits;
  limits.max = Size(info[0]);
  limits.hard_max = Size(info[1]);
  limits.idle_timeout = std::chrono::milliseconds(Integer(info[2]));
  Pool().SetLimits(limits);
}

Napi::Value ThreadStats(const Napi::CallbackInfo& info) {
  const ThreadPool::Stats stats = Pool().stats();
  Napi::Object result = Napi::Object::New(info.Env());
  const auto set = [&](const char* key, size_t value) {
    result.Set(key, Napi::Number::New(info.Env(), static_cast<double>(value)));
  };
  set("max", stats.limits.max);
  set("hardMax", stats.limits.hard_max);
  set("idleTimeout", static_cast<size_t>(stats.limits.idle_timeout.count()));
  set("threads", stats.threads);
  set("idle", stats.idle);
  set("running", stats.running);
  set("slow", stats.slow);
  set("abandoned", stats.abandoned);
  set("queued", stats.queued);
  return result;
}

Napi::Value CurrentEtcGeneration(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(EtcGeneration()));
}

// An exception thrown in a callback is reported as any uncaught one is, and we go on.
void FatalException(const Napi::CallbackInfo& info) { napi_fatal_exception(info.Env(), info[0]); }

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  KeepLibraryLoaded();
  exports.Set("open", Napi::Function::New(env, Open));
  exports.Set("submit", Napi::Function::New(env, Submit));
  exports.Set("submitName", Napi::Function::New(env, SubmitName));
  exports.Set("wake", Napi::Function::New(env, Wake));
  exports.Set("deliver", Napi::Function::New(env, Deliver));
  exports.Set("runningFor", Napi::Function::New(env, RunningFor));
  exports.Set("candidate", Napi::Function::New(env, Candidate));
  exports.Set("stepAside", Napi::Function::New(env, StepAside));
  exports.Set("abandon", Napi::Function::New(env, Abandon));
  exports.Set("resolverState", Napi::Function::New(env, NewResolverState));
  exports.Set("searchPath", Napi::Function::New(env, ReadSearchPath));
  exports.Set("nameservers", Napi::Function::New(env, ReadNameservers));
  exports.Set("etcGeneration", Napi::Function::New(env, CurrentEtcGeneration));
  exports.Set("resolverOptions", ResolverOptionNames(env));
  exports.Set("resolverFlags", ResolverFlags(env));
  exports.Set("libc", LibcName());
  exports.Set("setThreads", Napi::Function::New(env, SetThreads));
  exports.Set("threadStats", Napi::Function::New(env, ThreadStats));
  exports.Set("fatalException", Napi::Function::New(env, FatalException));
  exports.Set("constants", Constants(env));
  return exports;
}

}  // namespace
}  // namespace gai

static Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  return gai::Init(env, exports);
}

NODE_API_MODULE(addrinfo, InitAddon)
