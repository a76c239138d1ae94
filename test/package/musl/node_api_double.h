// Just enough Node-API for an addon to open a channel, start one call and deliver its answer:
// values that are never freed, one thread-safe function, no errors. Node-API leaves these types to
// the engine.

#ifndef ADDRINFO_TEST_PACKAGE_MUSL_NODE_API_DOUBLE_H_
#define ADDRINFO_TEST_PACKAGE_MUSL_NODE_API_DOUBLE_H_

#define NAPI_VERSION 8
#include <node_api.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

struct napi_env__ {};

struct Undefined {};
struct Null {};
struct Function {
  napi_callback call;
  void* context;
};

struct napi_value__ {
  std::variant<Undefined, Null, bool, double, std::string, Function, void*> content;
  std::map<std::string, napi_value> properties;
  std::vector<napi_value> elements;
};

struct napi_ref__ {
  napi_value value;
};

struct napi_callback_info__ {
  const std::vector<napi_value>& arguments;
  void* context;
};

struct napi_threadsafe_function__ {
  napi_value function = nullptr;
  napi_threadsafe_function_call_js call = nullptr;
  void* context = nullptr;
  std::mutex mutex;
  std::condition_variable called;
  int calls = 0;  // Guarded by the mutex.
};

// The one environment and its one thread-safe function.
extern napi_env__ environment;
extern napi_threadsafe_function__ thread_safe_function;

napi_value NewValue(decltype(napi_value__::content) content);
napi_value Call(napi_value function, const std::vector<napi_value>& arguments);

[[noreturn]] void Fail(const std::string& why);

#endif  // ADDRINFO_TEST_PACKAGE_MUSL_NODE_API_DOUBLE_H_
