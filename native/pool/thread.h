// Starts a thread the way this library needs one. One file per operating system: thread_posix.cc,
// thread_windows.cc.

#ifndef ADDRINFO_NATIVE_POOL_THREAD_H_
#define ADDRINFO_NATIVE_POOL_THREAD_H_

#include <functional>
#include <string>

namespace gai {

// Starts a detached thread that runs `body`, with
// - a stack of 8 MiB, as large as libuv gives its thread pool: musl's own default (128 KiB) is too
//   small for NSS. On Linux it is kept free of transparent huge pages, so that a thread costs the
//   memory that it touches and not 2 MiB,
// - every signal blocked, so that the application's handlers never run on it,
// - `name`, for `top -H` and debuggers (15 bytes at most; cut beyond).
// Any thread may call. Returns 0, or the errno that says why no thread could be started (EAGAIN);
// `body` is then destroyed unrun.
int StartThread(const std::string& name, std::function<void()> body);

// A CPU, as the system numbers them. Not a plain int: clang would let an addon for macOS show the
// type of a function that returns one.
enum class Cpu : int { kUnknown = -1 };

// The CPU that the calling thread runs on; kUnknown where the system does not tell.
Cpu CurrentCpu();

// Keeps this library mapped until the process ends, since a thread of it may be inside a call when
// the last environment that loaded it goes. Linux does the same at link time (-z nodelete).
void KeepLibraryLoaded();

}  // namespace gai

#endif  // ADDRINFO_NATIVE_POOL_THREAD_H_
