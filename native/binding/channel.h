// One environment's side of the addon: its lookups on their way to the thread pool, and batches of
// answers on their way to JavaScript. Part of addon.cc's glue.

#ifndef ADDRINFO_NATIVE_BINDING_CHANNEL_H_
#define ADDRINFO_NATIVE_BINDING_CHANNEL_H_

#include <napi.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <variant>
#include <vector>

#include "addrinfo.h"
#include "mailbox.h"
#include "pool/thread_pool.h"

namespace gai {

// One a process, over all environments. Threads that are in a job when the process ends keep what
// they use alive themselves. Any thread.
ThreadPool& Pool();

// Bits of the `mode` that a call is submitted with (Mode in src/addon.ts).
constexpr uint32_t kWhole = 1;   // Every field of every address, not only the addresses' text.
constexpr uint32_t kExtra = 2;   // A second attempt: ThreadPool::SubmitExtra, Pace::hedge.
constexpr uint32_t kBeside = 4;  // Pace::beside.

// An environment's mailbox, its pending lookups, and the thread-safe function that wakes its event
// loop. Used on that environment's thread only; JavaScript owns it (External).
//
// A worker thread may be terminated at any moment, and from then on every call that would run
// JavaScript fails, property access included. Nothing here may take such a failure for a bug:
// NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS (binding.gyp) turns it into an empty value.
class Channel {
 public:
  // `deliver` is called with each batch: id, error, value, id, error, value, ... It is held only
  // while a lookup is pending: otherwise a module instance that is dropped (a test runner loads the
  // package afresh for each file) would be kept by its own channel.
  Channel(Napi::Env env, Napi::Function deliver);
  ~Channel();

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // 0: accepted. 1: refused, an extra for which there is no room. Negative: -errno, no thread.
  int Submit(int64_t id, std::variant<Query, NameQuery> question, uint32_t mode);

  // Hands over what has been answered so far, without waiting to be woken for it.
  void Deliver();

  // ms for which the call has run; -1 while it waits, -2 when it is gone.
  int64_t RunningFor(int64_t id);

  ThreadPool::Found StepAside(int64_t id);
  ThreadPool::Found Abandon(int64_t id);

 private:
  struct Pending {
    std::shared_ptr<ThreadPool::Job> lookup;
    bool whole = false;
  };
  using PendingMap = std::unordered_map<int64_t, Pending>;

  static void OnEnvironmentGone(void* argument);
  static void OnWake(napi_env env, napi_value unused, void* context, void* no_data);

  void Hold();
  void LetGo();
  void Shut();
  void Forget(PendingMap::iterator found);
  void DeliverSome(const std::vector<Letter>& letters, size_t from, size_t to);

  const Napi::Env env_;
  Napi::FunctionReference deliver_;
  napi_threadsafe_function wake_ = nullptr;
  std::shared_ptr<Mailbox> mailbox_;
  PendingMap pending_;
  std::vector<Letter> drained_;  // Empty; its memory is for the next batch.
  // The environment is being torn down: its thread-safe function is not ours now.
  bool gone_ = false;
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_BINDING_CHANNEL_H_
