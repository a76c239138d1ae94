#include "binding/channel.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "pool/thread.h"

namespace gai {
namespace {

// Letters in one call of `deliver`: each is three arguments, and those lie on the stack.
constexpr size_t kMostLetters = 256;

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

Napi::Value Latin1(Napi::Env env, const std::string& bytes) {
  napi_value value = nullptr;
  const napi_status status = napi_create_string_latin1(env, bytes.data(), bytes.size(), &value);
  assert(status == napi_ok);
  static_cast<void>(status);
  return Napi::Value(env, value);
}

// A failure: whether the host has no address of the family (Answer::unconfigured). Otherwise the
// address, or an array where there are several; whole: canonname, then family, socktype, protocol,
// address, port, scope of each.
Napi::Value ToValue(Napi::Env env, const Answer& answer, bool whole) {
  if (answer.error != 0) return Napi::Boolean::New(env, answer.unconfigured);
  if (!whole && answer.addresses.size() == 1) return Latin1(env, answer.addresses.front().text);
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
Napi::Value ToValue(Napi::Env env, const NameAnswer& answer) {
  if (answer.error != 0) return Napi::Boolean::New(env, false);
  Napi::Array names = Napi::Array::New(env, 2);
  names.Set(0u, Latin1(env, answer.host));
  names.Set(1u, Latin1(env, answer.service));
  return names;
}

}  // namespace

ThreadPool& Pool() {
  // A lambda: for a function of this type macOS would export a typeinfo that others may have too.
  static ThreadPool pool(ThreadPool::Limits{}, StartThread, [] { EndStreak(); });
  return pool;
}

Channel::Channel(Napi::Env env, Napi::Function deliver) : env_(env), deliver_(Napi::Weak(deliver)) {
  napi_value name = Napi::String::New(env, "addrinfo");
  napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr,
                                                       nullptr, this, OnWake, &wake_);
  assert(status == napi_ok);
  // An idle channel does not keep the process alive; a pending lookup does (Hold).
  status = napi_unref_threadsafe_function(env, wake_);
  assert(status == napi_ok);
  // Hooks run last in, first out: the mailbox is closed before the thread-safe function goes.
  status = napi_add_env_cleanup_hook(env, OnEnvironmentGone, this);
  assert(status == napi_ok);
  static_cast<void>(status);
  mailbox_ = std::make_shared<Mailbox>(
      [wake = wake_] { napi_call_threadsafe_function(wake, nullptr, napi_tsfn_nonblocking); });
}

Channel::~Channel() {
  if (gone_) return;
  napi_remove_env_cleanup_hook(env_, OnEnvironmentGone, this);
  Shut();
  napi_release_threadsafe_function(wake_, napi_tsfn_abort);
}

int Channel::Submit(int64_t id, std::variant<Query, NameQuery> question, uint32_t mode) {
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

int64_t Channel::RunningFor(int64_t id) {
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

ThreadPool::Found Channel::StepAside(int64_t id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return ThreadPool::Found::kGone;
  return Pool().StepAside(found->second.lookup);
}

ThreadPool::Found Channel::Abandon(int64_t id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return ThreadPool::Found::kGone;
  const ThreadPool::Found state = Pool().Abandon(found->second.lookup);
  Forget(found);
  return state;
}

void Channel::OnEnvironmentGone(void* argument) {
  auto* channel = static_cast<Channel*>(argument);
  channel->gone_ = true;
  channel->Shut();
}

// `env` is null when the function is being torn down: then the channel may be gone already.
void Channel::OnWake(napi_env env, napi_value /*unused*/, void* context, void* /*unused*/) {
  if (env == nullptr) return;
  static_cast<Channel*>(context)->Deliver();
}

void Channel::Hold() {
  deliver_.Ref();
  napi_ref_threadsafe_function(env_, wake_);
}

void Channel::LetGo() {
  deliver_.Unref();
  napi_unref_threadsafe_function(env_, wake_);
}

void Channel::Shut() {
  mailbox_->Close();
  for (auto& [id, pending] : pending_) Pool().Abandon(pending.lookup);
  pending_.clear();
}

void Channel::Forget(PendingMap::iterator found) {
  pending_.erase(found);
  if (pending_.empty()) LetGo();
}

void Channel::Deliver() {
  std::vector<Letter> letters = mailbox_->Drain(std::move(drained_));
  for (size_t at = 0; at < letters.size(); at += kMostLetters) {
    DeliverSome(letters, at, std::min(at + kMostLetters, letters.size()));
  }
  letters.clear();
  // What a rush took is given back.
  if (letters.capacity() <= kMostLetters) drained_ = std::move(letters);
}

void Channel::DeliverSome(const std::vector<Letter>& letters, size_t from, size_t to) {
  const Napi::Env env = env_;
  const Napi::HandleScope scope(env);
  const Napi::Function deliver = deliver_.Value();
  std::vector<napi_value> batch;
  batch.reserve(3 * (to - from));
  for (size_t at = from; at < to; ++at) {
    const Letter& letter = letters[at];
    const auto found = pending_.find(letter.id);
    if (found == pending_.end()) continue;  // Abandoned.
    const bool whole = found->second.whole;
    Forget(found);
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
    batch.push_back(Napi::Number::New(env, static_cast<double>(letter.id)));
    batch.push_back(Napi::Number::New(env, error));
    batch.push_back(value);
  }
  if (!batch.empty() && !deliver.IsEmpty()) deliver.Call(batch);
}

}  // namespace gai
