// One environment's side of the addon: its calls on their way to the thread pool, and batches of
// answers on their way to JavaScript. Part of addon.cc's glue.

#ifndef ADDRINFO_NATIVE_BINDING_CHANNEL_H_
#define ADDRINFO_NATIVE_BINDING_CHANNEL_H_

#include <napi.h>

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "addrinfo.h"
#include "completion_queue.h"
#include "pool/thread_pool.h"

namespace gai {

// One a process, over all environments. Threads that are in a job when the process ends keep what
// they use alive themselves. Any thread.
ThreadPool& Pool();

// Bits of the `mode` that a call is submitted with (Mode in src/native/addon.ts).
constexpr uint32_t kFull = 1;        // Every field of every address.
constexpr uint32_t kBackground = 2;  // It does not keep the process alive.
constexpr uint32_t kBrief = 4;       // Manner::brief,
constexpr uint32_t kRest = 8;        // Manner::rest,
constexpr uint32_t kBeside = 16;     // and Manner::beside: it runs beside the pool's `max`.

// An environment's completion queue, its pending calls, and the thread-safe function that wakes its
// event loop. Used on that environment's thread only; JavaScript owns it (External).
//
// JavaScript numbers its calls by slots, and uses a slot again once its call has been delivered, or
// was abandoned while it was queued. A call that is abandoned while it runs is delivered as well,
// for what it shows of the nameservers, but keeps no process alive.
//
// A worker thread may be terminated at any moment, and from then on every call that would run
// JavaScript fails, property access included. Nothing here may take such a failure for a bug:
// NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS (binding.gyp) turns it into an empty value.
class Channel {
 public:
  // `deliver` is called with each batch: the fields of each (src/native/addon.ts). It is held
  // only while a call is pending: otherwise a module instance that is dropped (a test runner loads
  // the package afresh for each file) would be kept by its own channel.
  Channel(Napi::Env env, Napi::Function deliver);
  ~Channel();

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // 0: accepted. 1: refused, there is no room beside `max`. Negative: -errno, no thread.
  // REQUIRES: the slot is free.
  int Submit(uint32_t slot, std::variant<Query, NameQuery> query, uint32_t mode);

  // Makes the event loop call `deliver` soon, even if there is nothing to hand over.
  void Wake();

  // Hands over what has been answered so far, without waiting to be woken for it. May be called
  // from within a delivery: what came in the meantime then precedes the rest of that batch.
  void Deliver();

  // ms for which libc has been asked for the present candidate; -1 while the call is queued, -2
  // once it has finished.
  int64_t RunningFor(uint32_t slot);

  // The candidate that libc is asked for now.
  uint32_t Candidate(uint32_t slot);

  CallState StepAside(uint32_t slot);
  CallState Abandon(uint32_t slot);

 private:
  class Call;  // One getaddrinfo or getnameinfo call.

  struct Pending {
    std::shared_ptr<Call> call;  // Null: the slot is free.
    bool full = false;
    bool background = false;
  };

  static void OnEnvironmentGone(void* argument);
  static void OnWake(napi_env env, napi_value unused, void* context, void* no_data);

  void Hold();
  void LetGo();
  void Close();
  std::shared_ptr<Call> CallIn(uint32_t slot) const;
  void ToBackground(Pending& pending);
  void DeliverSome(const std::vector<Completion>& completions, size_t from, size_t to);

  const Napi::Env env_;
  Napi::FunctionReference deliver_;
  napi_threadsafe_function wake_ = nullptr;
  std::shared_ptr<CompletionQueue> completions_;
  std::vector<Pending> slots_;
  size_t awaited_ = 0;               // Calls that keep the process alive.
  std::vector<Completion> drained_;  // Empty; its memory is for the next batch.
  // The environment is being torn down: its thread-safe function is not ours now.
  bool gone_ = false;
  bool turn_wanted_ = false;  // By Wake.
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_BINDING_CHANNEL_H_
