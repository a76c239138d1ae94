// A ThreadPool with jobs that tests hold and let go.

#ifndef ADDRINFO_TEST_NATIVE_TEST_POOL_H_
#define ADDRINFO_TEST_NATIVE_TEST_POOL_H_

#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gate.h"
#include "pool/thread.h"
#include "pool/thread_pool.h"

namespace gai {

// Runs until it is let go; says that it runs, and on which thread.
class HeldJob : public Job {
 public:
  void LetGo() { gate_.Open(); }
  bool Runs() const { return runs_; }
  bool Done() const { return done_; }
  // After Done.
  std::thread::id thread() const { return thread_; }

  void Run() override {
    thread_ = std::this_thread::get_id();
    runs_ = true;
    gate_.Pass();
    done_ = true;
  }

 private:
  Gate gate_;
  std::thread::id thread_;
  std::atomic<bool> runs_{false};
  std::atomic<bool> done_{false};
};

// Starts real threads, as many as it is allowed to, and knows how many are alive.
class Starter {
 public:
  int Start(const std::string& name, std::function<void()> body) {
    if (before) before(starts_.fetch_add(1));
    if (allowed_.fetch_sub(1) <= 0) return EAGAIN;
    ++alive_;
    ++started_;
    return StartThread(name, [this, body = std::move(body)]() mutable {
      body();
      body = nullptr;  // What it owns has gone when the count says so.
      --alive_;
    });
  }

  void Allow(int more) { allowed_ = more; }
  int started() const { return started_; }
  int alive() const { return alive_; }

  // If set before the first job: what is done before the start of that number, counted from 0.
  std::function<void(int)> before;

 private:
  std::atomic<int> starts_{0};
  std::atomic<int> allowed_{1 << 20};
  std::atomic<int> started_{0};
  std::atomic<int> alive_{0};
};

// Lets every job go at its end, and waits until no thread of the pool is left.
class TestPool {
 public:
  explicit TestPool(size_t max, size_t hard_max = 64, int idle_ms = 10'000) {
    ThreadPool::Limits limits;
    limits.max = max;
    limits.hard_max = hard_max;
    limits.idle_timeout = std::chrono::milliseconds(idle_ms);
    pool_ = std::make_shared<ThreadPool>(
        limits, [this](auto name, auto body) { return starter.Start(name, std::move(body)); },
        [this] {
          if (at_rest) at_rest();
          ++rests;
        },
        [this] { return static_cast<Cpu>(cpu.load()); });
  }

  ~TestPool() {
    LetAllGo();
    Destroy();
    if (!Soon([this] { return starter.alive() == 0; })) std::abort();
  }

  TestPool(const TestPool&) = delete;
  TestPool& operator=(const TestPool&) = delete;

  ThreadPool& operator*() { return *pool_; }
  ThreadPool* operator->() { return pool_.get(); }
  ThreadPool::Stats stats() { return pool_->stats(); }

  // Submits a job, which has to be accepted.
  std::shared_ptr<HeldJob> Submit() { return Accepted(&ThreadPool::Submit); }
  std::shared_ptr<HeldJob> SubmitHedge() { return Accepted(&ThreadPool::SubmitHedge); }

  void LetAllGo() {
    for (const auto& job : jobs_) job->LetGo();
  }

  // The pool alone; its threads go on until their jobs have ended.
  void Destroy() {
    if (pool_ != nullptr) pool_->Close();
    pool_.reset();
  }

  // The CPU that the pool is told of, whichever thread asks.
  std::atomic<int> cpu{0};

  Starter starter;
  // How often a thread said that it goes to sleep; and, if set before the first job, what it does.
  std::atomic<int> rests{0};
  std::function<void()> at_rest;

 private:
  using Method = ThreadPool::Submitted (ThreadPool::*)(const std::shared_ptr<Job>&, int*);

  std::shared_ptr<HeldJob> Accepted(Method method) {
    auto job = std::make_shared<HeldJob>();
    jobs_.push_back(job);
    int error = 0;
    if (((*pool_).*method)(job, &error) != ThreadPool::Submitted::kAccepted) std::abort();
    return job;
  }

  std::shared_ptr<ThreadPool> pool_;
  std::vector<std::shared_ptr<HeldJob>> jobs_;
};

}  // namespace gai

#endif  // ADDRINFO_TEST_NATIVE_TEST_POOL_H_
