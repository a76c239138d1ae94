#include "completion_queue.h"

#include <cassert>
#include <utility>

namespace gai {

CompletionQueue::CompletionQueue(std::function<void()> wake) : wake_(std::move(wake)) {}

void CompletionQueue::Post(Completion completion) {
  {
    MutexLock lock(mutex_);
    if (closed_) return;
    completions_.push_back(std::move(completion));
    if (completions_.size() > 1) return;
  }
  MutexLock lock(wake_mutex_);
  if (awake_) wake_();
}

std::vector<Completion> CompletionQueue::Drain(std::vector<Completion> empty) {
  assert(empty.empty());
  MutexLock lock(mutex_);
  empty.swap(completions_);
  return empty;
}

void CompletionQueue::Close() {
  {
    MutexLock lock(wake_mutex_);
    awake_ = false;
  }
  std::vector<Completion> dropped;
  MutexLock lock(mutex_);
  closed_ = true;
  dropped.swap(completions_);
}

}  // namespace gai
