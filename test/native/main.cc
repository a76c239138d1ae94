#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <filesystem>
#include <thread>

#include "doctest.h"
#include "gate.h"

namespace {

// As the kernel counts them; 0 where it does not say.
size_t ThreadsAlive() {
  std::error_code none;
  size_t count = 0;
  for (std::filesystem::directory_iterator task("/proc/self/task", none), end; !none && task != end;
       task.increment(none)) {
    ++count;
  }
  return count;
}

}  // namespace

// glibc keeps its records of resolv.conf in an array under a lock of its own
// (resolv/resolv_conf.c), which ThreadSanitizer does not see: the array grows with realloc, which
// it does see.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:libc_dynarray_emplace_enlarge\n";
}

// Pool threads are detached: after its last word a thread still gives back what libc keeps for it.
// In that moment LeakSanitizer, which looks when main returns, no longer knows the thread, and
// takes its memory for lost. Hence main waits until they have gone.
int main(int argc, char** argv) {
  // ThreadSanitizer starts a thread of its own beside the first one that a program starts.
  std::thread([] {}).join();
  gai::AWhile();  // Until the kernel no longer counts that one.
  const size_t before = ThreadsAlive();
  const int status = doctest::Context(argc, argv).run();
  if (gai::Soon([before] { return ThreadsAlive() <= before; })) return status;
  std::fputs("threads of the tests are still alive\n", stderr);
  return 1;
}
