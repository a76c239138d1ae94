#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "pool/thread.h"

namespace gai {
namespace {

// As libuv's thread pool has it: an NSS module that works there works here.
constexpr size_t kStackSize = size_t{8} * 1024 * 1024;

struct Start {
  std::string name;
  std::function<void()> body;
};

void NameThisThread(const std::string& name) {
  const std::string cut = name.substr(0, 15);
#if defined(__APPLE__)
  pthread_setname_np(cut.c_str());
#else
  pthread_setname_np(pthread_self(), cut.c_str());
#endif
}

#if defined(__linux__)

// A thread that hangs in libc uses little of its stack. With transparent huge pages the first touch
// of it takes 2 MiB all the same: that is given back, and does not happen again.
void KeepStackSmall() {
  constexpr uintptr_t kInUse = uintptr_t{64} * 1024;  // More than is below this frame.
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  void* stack = nullptr;
  size_t size = 0;
  pthread_attr_getstack(&attributes, &stack, &size);
  pthread_attr_destroy(&attributes);
  madvise(stack, size, MADV_NOHUGEPAGE);
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const auto lowest = reinterpret_cast<uintptr_t>(stack);
  if (here - lowest >= size || here - lowest <= kInUse) return;
  const uintptr_t unused = (here - lowest - kInUse) & ~(kInUse - 1);
  madvise(stack, unused, MADV_DONTNEED);
}

#else

void KeepStackSmall() {}

#endif

void* Main(void* argument) {
  const std::unique_ptr<Start> start(static_cast<Start*>(argument));
  NameThisThread(start->name);
  KeepStackSmall();
  start->body();
  return nullptr;
}

}  // namespace

int StartThread(const std::string& name, std::function<void()> body) {
  auto start = std::make_unique<Start>(Start{name, std::move(body)});
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStackSize);
  // A thread inherits its creator's mask.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const int error = pthread_create(&thread, &attributes, Main, start.get());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (error == 0) static_cast<void>(start.release());  // Main owns it now.
  return error;
}

Cpu CurrentCpu() {
#if defined(__linux__)
  return static_cast<Cpu>(sched_getcpu());
#else
  return Cpu::kUnknown;
#endif
}

void KeepLibraryLoaded() {
#if defined(RTLD_NODELETE)
  Dl_info self;
  if (dladdr(reinterpret_cast<const void*>(&KeepLibraryLoaded), &self) == 0) return;
  dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
#endif
}

}  // namespace gai
