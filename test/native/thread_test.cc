#include "pool/thread.h"

#include <pthread.h>
#include <signal.h>

#include <memory>

#include "doctest.h"
#include "gate.h"

namespace gai {
namespace {

// Runs the body on a thread of its own and waits for its end.
void OnThread(const std::string& name, const std::function<void()>& body) {
  Gate done;
  REQUIRE(StartThread(name, [&] {
            body();
            done.Open();
          }) == 0);
  done.Pass();
}

TEST_CASE("a thread has its name, cut to what the system takes") {
  char name[32] = "";
  OnThread("addrinfo/1234567890", [&] { pthread_getname_np(pthread_self(), name, sizeof name); });
  CHECK(std::string(name) == "addrinfo/123456");
}

TEST_CASE("a thread has every signal blocked, and its creator keeps its own mask") {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  sigset_t mask;
  OnThread("t", [&] { pthread_sigmask(SIG_SETMASK, nullptr, &mask); });
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPROF, SIGCHLD, SIGPIPE}) {
    CHECK(sigismember(&mask, number) == 1);
  }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(sigismember(&after, SIGTERM) == sigismember(&before, SIGTERM));
}

// By what the system says of it: a sanitizer takes most of a stack for itself.
TEST_CASE("a thread has a stack of 8 MiB at least, as libuv's pool has, whatever the rlimit") {
  size_t size = 0;
  OnThread("t", [&] {
    pthread_attr_t attributes;
    REQUIRE(pthread_getattr_np(pthread_self(), &attributes) == 0);
    pthread_attr_getstacksize(&attributes, &size);
    pthread_attr_destroy(&attributes);
  });
  CHECK(size >= size_t{8} * 1024 * 1024);
}

TEST_CASE("a thread may use the whole of its stack") {
  int sum = 0;
  OnThread("t", [&] {
    volatile char deep[size_t{6} * 1024 * 1024];
    for (size_t at = 0; at < sizeof deep; at += 4096) deep[at] = 1;
    for (size_t at = 0; at < sizeof deep; at += 4096) sum += deep[at];
  });
  CHECK(sum == 6 * 256);
}

TEST_CASE("a thread's body is destroyed when it has ended") {
  auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = owned;
  REQUIRE(StartThread("t", [held = std::move(owned)] {}) == 0);
  CHECK(Soon([&] { return watch.expired(); }));
}

}  // namespace
}  // namespace gai
