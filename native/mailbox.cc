#include "mailbox.h"

#include <utility>

namespace gai {
namespace {

// Letters a batch, under load: so many, or more, are put in without moving those before.
constexpr size_t kUsual = 16;

}  // namespace

Mailbox::Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

void Mailbox::Post(Letter letter) {
  {
    MutexLock lock(mutex_);
    if (closed_) return;
    if (letters_.capacity() == 0) letters_.reserve(kUsual);
    letters_.push_back(std::move(letter));
    if (letters_.size() > 1) return;
  }
  MutexLock lock(wake_mutex_);
  if (awake_) wake_();
}

std::vector<Letter> Mailbox::Drain() {
  std::vector<Letter> letters;
  MutexLock lock(mutex_);
  letters.swap(letters_);
  return letters;
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
