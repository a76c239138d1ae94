#include <errno.h>
#include <process.h>
#include <windows.h>

#include <memory>
#include <utility>

#include "pool/thread.h"

namespace gai {
namespace {

// As libuv's thread pool has it.
constexpr unsigned kStackSize = 8 * 1024 * 1024;

struct Start {
  std::string name;
  std::function<void()> body;
};

// Looked up while running: Windows Server 2016 has SetThreadDescription, but not to link against.
void NameThisThread(const std::string& name) {
  using SetDescription = HRESULT(WINAPI*)(HANDLE, PCWSTR);
  const FARPROC found = GetProcAddress(GetModuleHandleW(L"kernelbase.dll"), "SetThreadDescription");
  if (found == nullptr) return;
  const std::wstring wide(name.begin(), name.end());
  reinterpret_cast<SetDescription>(reinterpret_cast<void*>(found))(GetCurrentThread(),
                                                                   wide.c_str());
}

unsigned __stdcall Main(void* argument) {
  const std::unique_ptr<Start> start(static_cast<Start*>(argument));
  NameThisThread(start->name);
  start->body();
  return 0;
}

}  // namespace

int StartThread(const std::string& name, std::function<void()> body) {
  auto start = std::make_unique<Start>(Start{name, std::move(body)});
  const uintptr_t handle = _beginthreadex(nullptr, kStackSize, Main, start.get(),
                                          STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (handle == 0) return errno;
  static_cast<void>(start.release());  // Main owns it now.
  CloseHandle(reinterpret_cast<HANDLE>(handle));
  return 0;
}

Cpu CurrentCpu() { return static_cast<Cpu>(GetCurrentProcessorNumber()); }

void KeepLibraryLoaded() {
  HMODULE self = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&KeepLibraryLoaded), &self);
}

}  // namespace gai
