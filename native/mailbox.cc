#include "mailbox.h"

#include <cassert>
#include <utility>

namespace gai {

Mailbox::Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

void Mailbox::Post(Letter letter) {
  {
    MutexLock lock(mutex_);
    if (closed_) return;
    letters_.push_back(std::move(letter));
    if (letters_.size() > 1) return;
  }
  MutexLock lock(wake_mutex_);
  if (awake_) wake_();
}

std::vector<Letter> Mailbox::Drain(std::vector<Letter> empty) {
  assert(empty.empty());
  MutexLock lock(mutex_);
  empty.swap(letters_);
  return empty;
}

void Mailbox::Close() {
  {
    MutexLock lock(wake_mutex_);
    awake_ = false;
  }
  std::vector<Letter> dropped;
  MutexLock lock(mutex_);
  closed_ = true;
  dropped.swap(letters_);
}

}  // namespace gai
