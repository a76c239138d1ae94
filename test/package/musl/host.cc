// Takes Node's place for the addon, on arm64 too, for which there is no Node on musl to be had:
// this runs the very binary that Alpine gets on musl's loader, threads and getaddrinfo.
// test/platforms has Node itself on x64.
//
//   host ADDON FUNCTION ARGUMENT...
//
// An argument is a number, null, or a text after a colon (:localhost). Calls
// exports.FUNCTION(channel, ARGUMENT...), prints what it returns, then the batch that is delivered,
// a value a line.

#include <dlfcn.h>

#include <chrono>
#include <cstdio>

#include "node_api_double.h"

namespace {

bool delivered = false;

void Print(napi_value value) {
  if (const auto* flag = std::get_if<bool>(&value->content))
    std::printf("%s\n", *flag ? "true" : "false");
  if (const auto* number = std::get_if<double>(&value->content)) std::printf("%g\n", *number);
  if (const auto* text = std::get_if<std::string>(&value->content))
    std::printf("%s\n", text->c_str());
  for (const napi_value element : value->elements) Print(element);
}

napi_value Deliver(napi_env, napi_callback_info info) {
  for (const napi_value argument : info->arguments) Print(argument);
  delivered = true;
  return NewValue(Undefined{});
}

napi_value Argument(const std::string& word) {
  if (word == "null") return NewValue(Null{});
  if (word.at(0) == ':') return NewValue(word.substr(1));
  return NewValue(std::stod(word));
}

napi_value Load(const char* file) {
  void* addon = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (addon == nullptr) Fail(dlerror());
  const auto init = reinterpret_cast<napi_value (*)(napi_env, napi_value)>(
      dlsym(addon, "napi_register_module_v1"));
  if (init == nullptr) Fail("no napi_register_module_v1");
  return init(&environment, NewValue(Undefined{}));
}

void AwaitWake() {
  auto& function = thread_safe_function;
  {
    std::unique_lock<std::mutex> lock(function.mutex);
    const auto called = [&] { return function.calls > 0; };
    if (!function.called.wait_for(lock, std::chrono::seconds(10), called))
      Fail("no answer in 10 s");
    --function.calls;
  }
  function.call(&environment, function.function, function.context, nullptr);
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) Fail("host ADDON FUNCTION ARGUMENT...");
  const napi_value exports = Load(words[1]);
  const napi_value deliver = NewValue(Function{Deliver, nullptr});
  std::vector<napi_value> arguments = {Call(exports->properties.at("open"), {deliver})};
  for (int index = 3; index < count; ++index) arguments.push_back(Argument(words[index]));
  Print(Call(exports->properties.at(words[2]), arguments));
  while (!delivered) AwaitWake();
  return 0;
}
