#include "pool/job_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace gai {

// New and finished jobs are not this queue's own: those are not counted.
void JobQueue::Move(Job& job, State to) {
  if (job.state_ != State::kNew) --counts_[static_cast<size_t>(job.state_)];
  if (to != State::kFinished) ++counts_[static_cast<size_t>(to)];
  if (to == State::kFinished && job.hedge_) --hedges_;
  job.state_ = to;
}

void JobQueue::Append(std::list<JobPtr>& line, const JobPtr& job, State state) {
  assert(job->state_ == State::kNew);
  job->place_ = line.insert(line.end(), job);
  Move(*job, state);
}

void JobQueue::Add(const JobPtr& job) { Append(waiting_, job, State::kWaiting); }

bool JobQueue::AddHedge(const JobPtr& job) {
  const bool too_many = hedges_ >= limits_.hard_max / 2 || Count(State::kStalled) > limits_.max;
  if (too_many || slow() + ahead_.size() + limits_.max >= limits_.hard_max) return false;
  job->hedge_ = true;
  ++hedges_;
  Append(ahead_, job, State::kAhead);
  return true;
}

size_t JobQueue::Runnable() const {
  const size_t room = limits_.max > running() ? limits_.max - running() : 0;
  return ahead_.size() + std::min(waiting_.size(), room);
}

JobPtr JobQueue::Take() {
  const bool ahead = !ahead_.empty();
  std::list<JobPtr>& line = ahead ? ahead_ : waiting_;
  JobPtr job = std::move(line.front());
  line.pop_front();
  job->begun_ = std::chrono::steady_clock::now();
  Move(*job, job->hedge_ ? State::kHedging : ahead ? State::kStalled : State::kRunning);
  return job;
}

void JobQueue::Finish(Job& job) { Move(job, State::kFinished); }

void JobQueue::Withdraw(Job& job) {
  (job.state_ == State::kAhead ? ahead_ : waiting_).erase(job.place_);
  Move(job, State::kFinished);
}

CallState JobQueue::StepAside(Job& job) {
  const CallState before = StateOf(job);
  if (job.state_ == State::kRunning) Move(job, State::kStalled);
  if (job.state_ == State::kWaiting && Count(State::kStalled) >= limits_.max) {
    ahead_.splice(ahead_.end(), waiting_, job.place_);
    Move(job, State::kAhead);
  }
  return before;
}

CallState JobQueue::Abandon(Job& job) {
  const CallState before = StateOf(job);
  if (before == CallState::kQueued) Withdraw(job);
  if (before == CallState::kRunning) Move(job, State::kAbandoned);
  return before;
}

CallState JobQueue::StateOf(const Job& job) const {
  switch (job.state_) {
    case State::kWaiting:
    case State::kAhead:
      return CallState::kQueued;
    case State::kRunning:
    case State::kStalled:
    case State::kHedging:
    case State::kAbandoned:
      return CallState::kRunning;
    case State::kNew:
    case State::kFinished:
      break;
  }
  return CallState::kFinished;
}

std::chrono::milliseconds JobQueue::RunningFor(const Job& job) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               job.begun_);
}

size_t JobQueue::slow() const {
  return Count(State::kStalled) + Count(State::kHedging) + Count(State::kAbandoned);
}

}  // namespace gai
