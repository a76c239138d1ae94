// Waiting, for tests: a gate that opens once, and a look at a condition until it holds.

#ifndef ADDRINFO_TEST_NATIVE_GATE_H_
#define ADDRINFO_TEST_NATIVE_GATE_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace gai {

// Closed until Open. Any thread may call.
class Gate {
 public:
  void Open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    condition_.notify_all();
  }

  void Pass() {
    std::unique_lock<std::mutex> lock(mutex_);
    condition_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool open_ = false;
};

// Whether the condition holds now or within ten seconds: long enough for a sanitizer on a busy
// machine.
template <typename Condition>
bool Soon(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// Long enough for what should not happen to happen.
inline void AWhile() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

}  // namespace gai

#endif  // ADDRINFO_TEST_NATIVE_GATE_H_
