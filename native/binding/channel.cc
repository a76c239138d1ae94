#include "binding/channel.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "binding/values.h"
#include "pool/thread.h"

namespace gai {
namespace {

// Arguments for each call in a batch.
constexpr size_t kFields = 8;
// Calls in one call of `deliver`: the arguments lie on the stack.
constexpr size_t kMaxBatch = 128;

double Milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

// Made on the event loop's thread, run on a pool thread.
class Channel::Call : public Job {
 public:
  Call(uint32_t slot, std::variant<Query, NameQuery> query,
       std::shared_ptr<CompletionQueue> completions)
      : slot_(slot), query_(std::move(query)), completions_(std::move(completions)) {}

  void Run() override {
    const auto begun = std::chrono::steady_clock::now();
    Completion completion;
    completion.slot = slot_;
    completion.queued_for = begun - made_;
    if (const auto* query = std::get_if<Query>(&query_)) {
      completion.answer = Resolve(*query, &progress_);
    } else {
      completion.answer = ResolveName(std::get<NameQuery>(query_));
    }
    completion.ran_for = std::chrono::steady_clock::now() - begun;
    completions_->Post(std::move(completion));
  }

  const Progress& progress() const { return progress_; }

  // Nobody waits: libc is not asked for the candidates that are left.
  void EndWalk() { progress_.unwanted = true; }

 private:
  const uint32_t slot_;
  const std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
  const std::variant<Query, NameQuery> query_;
  const std::shared_ptr<CompletionQueue> completions_;
  Progress progress_;
};

ThreadPool& Pool() {
  // A lambda: for a function of this type macOS would export a typeinfo that others may have too.
  static const auto pool = std::make_shared<ThreadPool>(
      ThreadPool::Limits{}, StartThread, [] { EndSocketReuse(); }, CurrentCpu);
  return *pool;
}

Channel::Channel(Napi::Env env, Napi::Function deliver) : env_(env), deliver_(Napi::Weak(deliver)) {
  // What async_hooks see: the type of Node's own resolvers, which tools know to stay for good.
  napi_value name = Napi::String::New(env, "DNSCHANNEL");
  napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr,
                                                       nullptr, this, OnWake, &wake_);
  assert(status == napi_ok);
  // An idle channel does not keep the process alive; a pending call does (Hold).
  status = napi_unref_threadsafe_function(env, wake_);
  assert(status == napi_ok);
  // Hooks run last in, first out: the queue is closed before the thread-safe function goes.
  status = napi_add_env_cleanup_hook(env, OnEnvironmentGone, this);
  assert(status == napi_ok);
  static_cast<void>(status);
  completions_ = std::make_shared<CompletionQueue>(
      [wake = wake_] { napi_call_threadsafe_function(wake, nullptr, napi_tsfn_nonblocking); });
}

Channel::~Channel() {
  if (gone_) return;
  napi_remove_env_cleanup_hook(env_, OnEnvironmentGone, this);
  Close();
  napi_release_threadsafe_function(wake_, napi_tsfn_abort);
}

int Channel::Submit(uint32_t slot, std::variant<Query, NameQuery> query, uint32_t mode) {
  if (slot >= slots_.size()) slots_.resize(slot + size_t{1});
  assert(slots_[slot].call == nullptr);
  auto call = std::make_shared<Call>(slot, std::move(query), completions_);
  int error = 0;
  const ThreadPool::Submitted submitted =
      (mode & kBeside) != 0 ? Pool().SubmitHedge(call, &error) : Pool().Submit(call, &error);
  if (submitted == ThreadPool::Submitted::kRefused) return 1;
  if (submitted == ThreadPool::Submitted::kNoThread) return -error;
  const bool background = (mode & kBackground) != 0;
  if (!background && awaited_++ == 0) Hold();
  slots_[slot] = {std::move(call), (mode & kFull) != 0, background};
  return 0;
}

std::shared_ptr<Channel::Call> Channel::CallIn(uint32_t slot) const {
  return slot < slots_.size() ? slots_[slot].call : nullptr;
}

int64_t Channel::RunningFor(uint32_t slot) {
  const std::shared_ptr<Call> call = CallIn(slot);
  if (call == nullptr) return -2;
  std::chrono::milliseconds running_for{0};
  const CallState state = Pool().Look(call, &running_for);
  if (state != CallState::kRunning) return state == CallState::kQueued ? -1 : -2;
  const auto begun = call->progress().begun.load();
  if (begun == std::chrono::steady_clock::time_point{}) return running_for.count();
  const auto ran = std::chrono::steady_clock::now() - begun;
  return std::chrono::duration_cast<std::chrono::milliseconds>(ran).count();
}

uint32_t Channel::Candidate(uint32_t slot) {
  const std::shared_ptr<Call> call = CallIn(slot);
  return call == nullptr ? 0 : call->progress().candidate.load();
}

CallState Channel::StepAside(uint32_t slot) {
  const std::shared_ptr<Call> call = CallIn(slot);
  return call == nullptr ? CallState::kFinished : Pool().StepAside(call);
}

CallState Channel::Abandon(uint32_t slot) {
  const std::shared_ptr<Call> call = CallIn(slot);
  if (call == nullptr) return CallState::kFinished;
  ToBackground(slots_[slot]);
  call->EndWalk();
  const CallState before = Pool().Abandon(call);
  if (before == CallState::kQueued) slots_[slot].call = nullptr;
  return before;
}

void Channel::OnEnvironmentGone(void* argument) {
  auto* channel = static_cast<Channel*>(argument);
  channel->gone_ = true;
  channel->Close();
}

// `env` is null when the function is being torn down: then the channel may be gone already.
void Channel::OnWake(napi_env env, napi_value /*unused*/, void* context, void* /*unused*/) {
  if (env == nullptr) return;
  auto* channel = static_cast<Channel*>(context);
  channel->Deliver();
  if (!channel->turn_wanted_ || channel->gone_) return;
  channel->turn_wanted_ = false;
  const Napi::HandleScope scope(env);
  const Napi::Function deliver = channel->deliver_.Value();
  if (!deliver.IsEmpty()) deliver.Call(std::vector<napi_value>{});
}

void Channel::Wake() {
  turn_wanted_ = true;
  napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
}

void Channel::Hold() {
  deliver_.Ref();
  napi_ref_threadsafe_function(env_, wake_);
}

void Channel::LetGo() {
  deliver_.Unref();
  napi_unref_threadsafe_function(env_, wake_);
}

void Channel::Close() {
  completions_->Close();
  for (const Pending& pending : slots_) {
    if (pending.call == nullptr) continue;
    pending.call->EndWalk();
    Pool().Abandon(pending.call);
  }
  slots_.clear();
  awaited_ = 0;
}

void Channel::ToBackground(Pending& pending) {
  if (!pending.background && --awaited_ == 0) LetGo();
  pending.background = true;
}

void Channel::Deliver() {
  if (gone_) return;
  std::vector<Completion> completions = completions_->Drain(std::move(drained_));
  for (size_t at = 0; at < completions.size() && !gone_; at += kMaxBatch) {
    DeliverSome(completions, at, std::min(at + kMaxBatch, completions.size()));
  }
  completions.clear();
  // What a rush took is given back.
  if (completions.capacity() <= kMaxBatch) drained_ = std::move(completions);
}

void Channel::DeliverSome(const std::vector<Completion>& completions, size_t from, size_t to) {
  const Napi::Env env = env_;
  const Napi::HandleScope scope(env);
  const Napi::Function deliver = deliver_.Value();
  std::vector<napi_value> batch;
  batch.reserve(kFields * (to - from));
  for (size_t at = from; at < to; ++at) {
    const Completion& completion = completions[at];
    Pending& pending = slots_[completion.slot];
    assert(pending.call != nullptr);
    const auto* answer = std::get_if<Answer>(&completion.answer);
    const DeliveredAnswer delivered =
        answer != nullptr ? ToJavaScript(env, *answer, pending.full)
                          : ToJavaScript(env, std::get<NameAnswer>(completion.answer));
    const Facts& facts =
        answer != nullptr ? answer->facts : std::get<NameAnswer>(completion.answer).facts;
    ToBackground(pending);
    pending.call = nullptr;
    batch.push_back(Napi::Number::New(env, completion.slot));
    batch.push_back(Napi::Number::New(env, delivered.status));
    batch.push_back(delivered.value);
    batch.push_back(Napi::Number::New(env, answer != nullptr ? answer->candidate : 0));
    batch.push_back(Napi::Number::New(env, facts.nameserver));
    batch.push_back(Napi::Number::New(env, Milliseconds(facts.asked_for)));
    batch.push_back(Napi::Number::New(env, Milliseconds(completion.ran_for)));
    batch.push_back(Napi::Number::New(env, Milliseconds(completion.queued_for)));
  }
  if (!batch.empty() && !deliver.IsEmpty()) deliver.Call(batch);
}

}  // namespace gai
