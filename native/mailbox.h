// Finished jobs on their way to one event loop: many per wake-up. Each environment has its own, and
// every job that it waits for holds it, so that a job may finish after its environment has gone.

#ifndef ADDRINFO_NATIVE_MAILBOX_H_
#define ADDRINFO_NATIVE_MAILBOX_H_

#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "addrinfo.h"
#include "pool/mutex.h"

namespace gai {

struct Letter {
  int64_t id = 0;
  std::variant<Answer, NameAnswer> content;
};

class Mailbox {
 public:
  // `wake` is to make the event loop call Drain soon. It is called on any thread, once per batch,
  // with a lock held that only Close waits for: that keeps Close from returning while a wake-up is
  // under way, so that nothing is woken which is gone. It must not block nor call back.
  explicit Mailbox(std::function<void()> wake);

  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Any thread. After Close the letter is dropped.
  void Post(Letter letter) EXCLUDES(mutex_, wake_mutex_);

  // The event loop's thread. All letters so far, oldest first. The memory of `empty` is used for
  // those to come.
  std::vector<Letter> Drain(std::vector<Letter> empty = {}) EXCLUDES(mutex_);

  // The event loop's thread. No wake-up happens after it has returned.
  void Close() EXCLUDES(mutex_, wake_mutex_);

 private:
  const std::function<void()> wake_;
  // Apart from the other, so that nobody who posts waits for a wake-up, which is a system call.
  Mutex wake_mutex_;
  bool awake_ GUARDED_BY(wake_mutex_) = true;
  Mutex mutex_;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::vector<Letter> letters_ GUARDED_BY(mutex_);
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_MAILBOX_H_
