// Node-API glue: arguments in, batches of answers out, environment tear-down. Arguments have been
// checked in TypeScript (src/native.ts has the signatures); here they are asserted.

#include <napi.h>

#include <cassert>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "addrinfo.h"
#include "mailbox.h"
#include "resolver_arguments.h"
#include "resolver_state.h"
#include "sockets.h"
#include "thread.h"
#include "thread_pool.h"

namespace gai {
namespace {

// Bits of the `mode` argument of submit.
constexpr uint32_t kWhole = 1;   // Every field of every address, not only the addresses' text.
constexpr uint32_t kExtra = 2;   // A second attempt: ThreadPool::SubmitExtra, Pace::hedge.
constexpr uint32_t kBeside = 4;  // Pace::beside.

// One a process, over all environments. Threads that are in a job when the process ends keep what
// they use alive themselves.
ThreadPool& Pool() {
  static ThreadPool pool(ThreadPool::Limits{}, StartThread);
  return pool;
}

// One getaddrinfo or getnameinfo call. Made on the event loop's thread, run on a pool thread.
class Lookup : public ThreadPool::Job {
 public:
  Lookup(int64_t id, std::variant<Query, NameQuery> question, std::shared_ptr<Mailbox> mailbox)
      : id_(id), question_(std::move(question)), mailbox_(std::move(mailbox)) {}

 private:
  void Run() override {
    Letter letter;
    letter.id = id_;
    if (const auto* query = std::get_if<Query>(&question_)) {
      letter.content = Resolve(*query);
    } else {
      letter.content = ResolveName(std::get<NameQuery>(question_));
    }
    mailbox_->Post(std::move(letter));
  }

  const int64_t id_;
  const std::variant<Query, NameQuery> question_;
  const std::shared_ptr<Mailbox> mailbox_;
};

struct Pending {
  std::shared_ptr<Lookup> lookup;
  bool whole = false;
};

// One environment's side of things: its mailbox, its pending lookups, and the thread-safe function
// that wakes its event loop. Used on that environment's thread only; JavaScript owns it (External).
//
// A worker thread may be terminated at any moment, and from then on every call that would run
// JavaScript fails, property access included. Nothing here may take such a failure for a bug:
// NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS (binding.gyp) turns it into an empty value.
class Channel {
 public:
  // `deliver` is called with each batch: [id, error, value, id, error, value, ...]. It is held only
  // while a lookup is pending: otherwise a module instance that is dropped (a test runner loads the
  // package afresh for each file) would be kept by its own channel.
  Channel(Napi::Env env, Napi::Function deliver) : env_(env), deliver_(Napi::Weak(deliver)) {
    napi_value name = Napi::String::New(env, "addrinfo");
    napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr,
                                                         nullptr, this, OnWake, &wake_);
    assert(status == napi_ok);
    // An idle channel does not keep the process alive; a pending lookup does (Retain).
    status = napi_unref_threadsafe_function(env, wake_);
    assert(status == napi_ok);
    // Hooks run last in, first out: the mailbox is closed before the thread-safe function goes.
    status = napi_add_env_cleanup_hook(env, OnEnvironmentGone, this);
    assert(status == napi_ok);
    static_cast<void>(status);
    mailbox_ = std::make_shared<Mailbox>(
        [wake = wake_] { napi_call_threadsafe_function(wake, nullptr, napi_tsfn_nonblocking); });
  }

  ~Channel() {
    if (gone_) return;
    napi_remove_env_cleanup_hook(env_, OnEnvironmentGone, this);
    Shut();
    napi_release_threadsafe_function(wake_, napi_tsfn_abort);
  }

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // 0: accepted. 1: refused, an extra for which there is no room. Negative: -errno, no thread.
  int Submit(int64_t id, std::variant<Query, NameQuery> question, uint32_t mode) {
    auto lookup = std::make_shared<Lookup>(id, std::move(question), mailbox_);
    int error = 0;
    const ThreadPool::Submitted submitted =
        (mode & kExtra) != 0 ? Pool().SubmitExtra(lookup, &error) : Pool().Submit(lookup, &error);
    if (submitted == ThreadPool::Submitted::kRefused) return 1;
    if (submitted == ThreadPool::Submitted::kNoThread) return -error;
    if (pending_.empty()) Hold();
    pending_.emplace(id, Pending{std::move(lookup), (mode & kWhole) != 0});
    return 0;
  }

  // ms for which the call has run; -1 while it waits, -2 when it is gone.
  int64_t RunningFor(int64_t id) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return -2;
    std::chrono::milliseconds running_for{0};
    switch (Pool().Look(found->second.lookup, &running_for)) {
      case ThreadPool::Found::kRunning:
        return running_for.count();
      case ThreadPool::Found::kWaiting:
        return -1;
      case ThreadPool::Found::kGone:
        break;
    }
    return -2;
  }

  ThreadPool::Found StepAside(int64_t id) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return ThreadPool::Found::kGone;
    return Pool().StepAside(found->second.lookup);
  }

  ThreadPool::Found Abandon(int64_t id) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return ThreadPool::Found::kGone;
    const ThreadPool::Found state = Pool().Abandon(found->second.lookup);
    Forget(found);
    return state;
  }

 private:
  using PendingMap = std::unordered_map<int64_t, Pending>;

  static void OnEnvironmentGone(void* argument) {
    auto* channel = static_cast<Channel*>(argument);
    channel->gone_ = true;
    channel->Shut();
  }

  // `env` is null when the function is being torn down: then the channel may be gone already.
  static void OnWake(napi_env env, napi_value /*unused*/, void* context, void* /*unused*/) {
    if (env == nullptr) return;
    static_cast<Channel*>(context)->Deliver();
  }

  void Hold() {
    deliver_.Ref();
    napi_ref_threadsafe_function(env_, wake_);
  }

  void LetGo() {
    deliver_.Unref();
    napi_unref_threadsafe_function(env_, wake_);
  }

  void Shut() {
    mailbox_->Close();
    for (auto& [id, pending] : pending_) Pool().Abandon(pending.lookup);
    pending_.clear();
  }

  void Forget(PendingMap::iterator found) {
    pending_.erase(found);
    if (pending_.empty()) LetGo();
  }

  void Deliver() {
    const Napi::Env env = env_;
    const Napi::HandleScope scope(env);
    const Napi::Function deliver = deliver_.Value();
    const std::vector<Letter> letters = mailbox_->Drain();
    Napi::Array batch = Napi::Array::New(env);
    uint32_t length = 0;
    for (const Letter& letter : letters) {
      const auto found = pending_.find(letter.id);
      if (found == pending_.end()) continue;  // Abandoned.
      const bool whole = found->second.whole;
      Forget(found);
      const Napi::HandleScope letter_scope(env);
      int error = 0;
      Napi::Value value;
      if (const auto* answer = std::get_if<Answer>(&letter.content)) {
        error = answer->error;
        value = ToValue(env, *answer, whole);
      } else {
        const auto& name = std::get<NameAnswer>(letter.content);
        error = name.error;
        value = ToValue(env, name);
      }
      batch.Set(length++, Napi::Number::New(env, static_cast<double>(letter.id)));
      batch.Set(length++, Napi::Number::New(env, error));
      batch.Set(length++, value);
    }
    if (length > 0 && !deliver.IsEmpty()) deliver.Call({batch});
  }

  // A failure: whether the host has no address of the family (Answer::unconfigured). Otherwise
  // texts: the addresses, or, whole: canonname, then family, socktype, protocol, address, port,
  // scope of each.
  static Napi::Value ToValue(Napi::Env env, const Answer& answer, bool whole) {
    if (answer.error != 0) return Napi::Boolean::New(env, answer.unconfigured);
    Napi::Array texts = Napi::Array::New(env, answer.addresses.size() * (whole ? 6 : 1) + whole);
    uint32_t index = 0;
    if (whole) texts.Set(index++, answer.canonname);
    for (const Address& address : answer.addresses) {
      if (whole) {
        texts.Set(index++, std::to_string(address.family));
        texts.Set(index++, std::to_string(address.socktype));
        texts.Set(index++, std::to_string(address.protocol));
      }
      texts.Set(index++, address.text);
      if (whole) {
        texts.Set(index++, std::to_string(address.port));
        texts.Set(index++, std::to_string(address.scope_id));
      }
    }
    return texts;
  }

  // getnameinfo's bytes are not promised to be UTF-8: Latin-1 keeps each of them, as Node does.
  static Napi::Value ToValue(Napi::Env env, const NameAnswer& answer) {
    if (answer.error != 0) return Napi::Boolean::New(env, false);
    Napi::Array names = Napi::Array::New(env, 2);
    names.Set(0u, Latin1(env, answer.host));
    names.Set(1u, Latin1(env, answer.service));
    return names;
  }

  static Napi::Value Latin1(Napi::Env env, const std::string& bytes) {
    napi_value value = nullptr;
    const napi_status status = napi_create_string_latin1(env, bytes.data(), bytes.size(), &value);
    assert(status == napi_ok);
    static_cast<void>(status);
    return Napi::Value(env, value);
  }

  const Napi::Env env_;
  Napi::FunctionReference deliver_;
  napi_threadsafe_function wake_ = nullptr;
  std::shared_ptr<Mailbox> mailbox_;
  PendingMap pending_;
  bool gone_ =
      false;  // The environment is being torn down: its thread-safe function is not ours now.
};

Channel& ChannelOf(Napi::Value value) {
  assert(value.IsExternal());
  return *value.As<Napi::External<Channel>>().Data();
}

std::optional<std::string> OptionalText(Napi::Value value) {
  if (!value.IsString()) return std::nullopt;
  return value.As<Napi::String>().Utf8Value();
}

int64_t Integer(Napi::Value value) {
  assert(value.IsNumber());
  return value.As<Napi::Number>().Int64Value();
}

int Int(Napi::Value value) { return static_cast<int>(Integer(value)); }

size_t Size(Napi::Value value) { return static_cast<size_t>(Integer(value)); }

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

// `timeout` in ms from now, 0 for none.
Pace PaceOf(Napi::Value timeout, Napi::Value hedges, uint32_t mode) {
  Pace pace;
  const int64_t left = Integer(timeout);
  if (left > 0) pace.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(left);
  pace.hedges = Int(hedges);
  pace.hedge = (mode & kExtra) != 0;
  pace.beside = (mode & kBeside) != 0;
  return pace;
}

Napi::Value Submit(const Napi::CallbackInfo& info) {
  assert(info.Length() == 12);
  const auto mode = static_cast<uint32_t>(Integer(info[8]));
  Query query;
  query.node = OptionalText(info[2]);
  query.service = OptionalText(info[3]);
  query.family = Int(info[4]);
  query.socktype = Int(info[5]);
  query.protocol = Int(info[6]);
  query.flags = Int(info[7]);
  query.resolver = ResolverHandleIn(info[9]);
  query.pace = PaceOf(info[10], info[11], mode);
  return Number(info, ChannelOf(info[0]).Submit(Integer(info[1]), std::move(query), mode));
}

Napi::Value SubmitName(const Napi::CallbackInfo& info) {
  assert(info.Length() == 9);
  const auto mode = static_cast<uint32_t>(Integer(info[5]));
  NameQuery query;
  query.address = info[2].As<Napi::String>().Utf8Value();
  query.port = static_cast<uint16_t>(Integer(info[3]));
  query.flags = Int(info[4]);
  query.resolver = ResolverHandleIn(info[6]);
  query.pace = PaceOf(info[7], info[8], mode);
  return Number(info, ChannelOf(info[0]).Submit(Integer(info[1]), std::move(query), mode));
}

Napi::Value RunningFor(const Napi::CallbackInfo& info) {
  const int64_t ms = ChannelOf(info[0]).RunningFor(Integer(info[1]));
  return Napi::Number::New(info.Env(), static_cast<double>(ms));
}

Napi::Value StepAside(const Napi::CallbackInfo& info) {
  return Number(info, static_cast<int>(ChannelOf(info[0]).StepAside(Integer(info[1]))));
}

Napi::Value Abandon(const Napi::CallbackInfo& info) {
  return Number(info, static_cast<int>(ChannelOf(info[0]).Abandon(Integer(info[1]))));
}

void SetThreads(const Napi::CallbackInfo& info) {
  ThreadPool::Limits limits;
  limits.max = Size(info[0]);
  limits.hard_max = Size(info[1]);
  limits.idle_timeout = std::chrono::milliseconds(Integer(info[2]));
  Pool().SetLimits(limits);
}

Napi::Value ThreadStats(const Napi::CallbackInfo& info) {
  const ThreadPool::Limits limits = Pool().limits();
  const ThreadPool::Stats stats = Pool().stats();
  Napi::Object result = Napi::Object::New(info.Env());
  const auto set = [&](const char* key, size_t value) {
    result.Set(key, Napi::Number::New(info.Env(), static_cast<double>(value)));
  };
  set("max", limits.max);
  set("hardMax", limits.hard_max);
  set("idleTimeout", static_cast<size_t>(limits.idle_timeout.count()));
  set("threads", stats.threads);
  set("idle", stats.idle);
  set("running", stats.running);
  set("slow", stats.slow);
  set("abandoned", stats.abandoned);
  set("queued", stats.queued);
  return result;
}

// An exception thrown in a callback is reported as any uncaught one is, and we go on.
void FatalException(const Napi::CallbackInfo& info) { napi_fatal_exception(info.Env(), info[0]); }

Napi::Object Constants(Napi::Env env) {
  Napi::Object constants = Napi::Object::New(env);
#define CONSTANT(name) constants.Set(#name, Napi::Number::New(env, name))
  CONSTANT(AF_UNSPEC);
  CONSTANT(AF_INET);
  CONSTANT(AF_INET6);
  CONSTANT(SOCK_STREAM);
  CONSTANT(SOCK_DGRAM);
  CONSTANT(SOCK_RAW);
  CONSTANT(IPPROTO_IP);
  CONSTANT(IPPROTO_ICMP);
  CONSTANT(IPPROTO_TCP);
  CONSTANT(IPPROTO_UDP);
  CONSTANT(IPPROTO_IPV6);
  CONSTANT(IPPROTO_ICMPV6);
  CONSTANT(IPPROTO_RAW);
  CONSTANT(AI_PASSIVE);
  CONSTANT(AI_CANONNAME);
  CONSTANT(AI_NUMERICHOST);
  CONSTANT(AI_NUMERICSERV);
  CONSTANT(AI_V4MAPPED);
  CONSTANT(AI_ALL);
  CONSTANT(AI_ADDRCONFIG);
#if defined(AI_IDN)
  CONSTANT(AI_IDN);
  CONSTANT(AI_CANONIDN);
#endif
  CONSTANT(EAI_AGAIN);
  CONSTANT(EAI_BADFLAGS);
  CONSTANT(EAI_FAIL);
  CONSTANT(EAI_FAMILY);
  CONSTANT(EAI_MEMORY);
  CONSTANT(EAI_NONAME);
  CONSTANT(EAI_SERVICE);
  CONSTANT(EAI_SOCKTYPE);
#if defined(EAI_ADDRFAMILY)
  CONSTANT(EAI_ADDRFAMILY);
#endif
#if defined(EAI_NODATA)
  CONSTANT(EAI_NODATA);
#endif
#if defined(EAI_OVERFLOW)
  CONSTANT(EAI_OVERFLOW);
#endif
#if defined(EAI_SYSTEM)
  CONSTANT(EAI_SYSTEM);
#endif
  CONSTANT(NI_DGRAM);
  CONSTANT(NI_NAMEREQD);
  CONSTANT(NI_NOFQDN);
  CONSTANT(NI_NUMERICHOST);
  CONSTANT(NI_NUMERICSERV);
#undef CONSTANT
  return constants;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  KeepLibraryLoaded();
  exports.Set("open", Napi::Function::New(env, Open));
  exports.Set("submit", Napi::Function::New(env, Submit));
  exports.Set("submitName", Napi::Function::New(env, SubmitName));
  exports.Set("runningFor", Napi::Function::New(env, RunningFor));
  exports.Set("stepAside", Napi::Function::New(env, StepAside));
  exports.Set("abandon", Napi::Function::New(env, Abandon));
  exports.Set("resolverState", Napi::Function::New(env, MakeResolverHandle));
  Napi::Array supported = Napi::Array::New(env);
  for (const std::string& name : SupportedResolverOptions())
    supported.Set(supported.Length(), name);
  exports.Set("resolverOptions", supported);
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
