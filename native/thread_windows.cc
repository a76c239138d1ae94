#include <errno.h>
#include <process.h>
#include <windows.h>

#include <memory>
#include <utility>

#include "thread.h"

namespace gai {
namespace {

constexpr unsigned kStackSize = 1024 * 1024;

struct Start {
  std::string name;
  std::function<void()> body;
};

unsigned __stdcall Main(void* argument) {
  const std::unique_ptr<Start> start(static_cast<Start*>(argument));
  const std::wstring name(start->name.begin(), start->name.end());
  SetThreadDescription(GetCurrentThread(), name.c_str());
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

void KeepLibraryLoaded() {
  HMODULE self = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&KeepLibraryLoaded), &self);
}

}  // namespace gai
