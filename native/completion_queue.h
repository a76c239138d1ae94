// Finished calls on their way to one event loop: many per wake-up. Each environment has its own,
// and every call made for it holds it, so that a call may finish after its environment has gone.

#ifndef ADDRINFO_NATIVE_COMPLETION_QUEUE_H_
#define ADDRINFO_NATIVE_COMPLETION_QUEUE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "addrinfo.h"
#include "pool/mutex.h"

namespace gai {

struct Completion {
  uint32_t slot = 0;  // Where the caller keeps the call.
  std::variant<Answer, NameAnswer> answer;
  std::chrono::nanoseconds queued_for{};  // It waited for a thread.
  std::chrono::nanoseconds ran_for{};     // And was then with libc, for all candidates.
};

class CompletionQueue {
 public:
  // `wake` is to make the event loop call Drain soon. It is called on any thread, once per batch,
  // with wake_mutex_ held. That keeps Close from returning while a wake-up is under way, so that
  // nothing is woken which is gone; the next batch's first poster may wait for it too. It must not
  // block nor call back.
  explicit CompletionQueue(std::function<void()> wake);

  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;

  // Any thread. After Close the completion is dropped.
  void Post(Completion completion) EXCLUDES(mutex_, wake_mutex_);

  // The event loop's thread. All completions so far, oldest first. The memory of `empty` is used
  // for those to come.
  std::vector<Completion> Drain(std::vector<Completion> empty = {}) EXCLUDES(mutex_);

  // The event loop's thread. No wake-up happens after it has returned.
  void Close() EXCLUDES(mutex_, wake_mutex_);

 private:
  const std::function<void()> wake_;
  // Apart from the other: a wake-up is a system call, and only the poster that makes it is to wait.
  Mutex wake_mutex_;
  bool awake_ GUARDED_BY(wake_mutex_) = true;
  Mutex mutex_;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::vector<Completion> completions_ GUARDED_BY(mutex_);
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_COMPLETION_QUEUE_H_
