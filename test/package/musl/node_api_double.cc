#include "node_api_double.h"

#include <cstdio>
#include <cstdlib>

napi_env__ environment;
napi_threadsafe_function__ thread_safe_function;

napi_value NewValue(decltype(napi_value__::content) content) {
  return new napi_value__{std::move(content), {}, {}};
}

napi_value Call(napi_value function, const std::vector<napi_value>& arguments) {
  const auto& [call, context] = std::get<Function>(function->content);
  napi_callback_info__ info{arguments, context};
  return call(&environment, &info);
}

void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

static napi_status Give(napi_value* result, decltype(napi_value__::content) content) {
  *result = NewValue(std::move(content));
  return napi_ok;
}

#define API extern "C" NAPI_EXTERN napi_status NAPI_CDECL

API napi_get_undefined(napi_env, napi_value* result) { return Give(result, Undefined{}); }
API napi_get_boolean(napi_env, bool value, napi_value* result) { return Give(result, value); }
API napi_create_double(napi_env, double value, napi_value* result) { return Give(result, value); }
API napi_create_object(napi_env, napi_value* result) { return Give(result, Undefined{}); }
API napi_create_array(napi_env, napi_value* result) { return Give(result, Undefined{}); }
API napi_create_array_with_length(napi_env, size_t, napi_value* result) {
  return Give(result, Undefined{});
}
API napi_create_string_utf8(napi_env, const char* text, size_t length, napi_value* result) {
  return Give(result, length == NAPI_AUTO_LENGTH ? std::string(text) : std::string(text, length));
}
API napi_create_string_latin1(napi_env env, const char* text, size_t length, napi_value* result) {
  return napi_create_string_utf8(env, text, length, result);
}
API napi_create_function(napi_env, const char*, size_t, napi_callback call, void* context,
                         napi_value* result) {
  return Give(result, Function{call, context});
}
API napi_create_external(napi_env, void* content, napi_finalize, void*, napi_value* result) {
  return Give(result, content);
}
API napi_add_finalizer(napi_env, napi_value, void*, napi_finalize, void*, napi_ref*) {
  return napi_ok;
}

API napi_typeof(napi_env, napi_value value, napi_valuetype* result) {
  constexpr napi_valuetype kTypes[] = {napi_undefined, napi_null,     napi_boolean, napi_number,
                                       napi_string,    napi_function, napi_external};
  *result = kTypes[value->content.index()];
  return napi_ok;
}
API napi_is_array(napi_env, napi_value value, bool* result) {
  *result = !value->elements.empty();
  return napi_ok;
}
API napi_get_value_int64(napi_env, napi_value value, int64_t* result) {
  *result = static_cast<int64_t>(std::get<double>(value->content));
  return napi_ok;
}
API napi_get_value_external(napi_env, napi_value value, void** result) {
  *result = std::get<void*>(value->content);
  return napi_ok;
}
API napi_get_value_string_utf8(napi_env, napi_value value, char* buffer, size_t size,
                               size_t* length) {
  const auto& text = std::get<std::string>(value->content);
  const size_t copied = buffer == nullptr ? text.size() : text.copy(buffer, size - 1);
  if (buffer != nullptr) buffer[copied] = '\0';
  if (length != nullptr) *length = copied;
  return napi_ok;
}

API napi_set_named_property(napi_env, napi_value object, const char* name, napi_value value) {
  object->properties[name] = value;
  return napi_ok;
}
API napi_set_element(napi_env, napi_value object, uint32_t index, napi_value value) {
  if (object->elements.size() <= index) object->elements.resize(index + 1);
  object->elements[index] = value;
  return napi_ok;
}

API napi_get_cb_info(napi_env, napi_callback_info info, size_t* count, napi_value* values,
                     napi_value*, void** context) {
  if (count != nullptr) {
    for (size_t index = 0; values != nullptr && index < *count; ++index) {
      if (index < info->arguments.size()) values[index] = info->arguments[index];
    }
    *count = info->arguments.size();
  }
  if (context != nullptr) *context = info->context;
  return napi_ok;
}
API napi_call_function(napi_env, napi_value, napi_value function, size_t count,
                       const napi_value* values, napi_value* result) {
  const napi_value returned = Call(function, std::vector<napi_value>(values, values + count));
  if (result != nullptr) *result = returned;
  return napi_ok;
}
API napi_open_handle_scope(napi_env, napi_handle_scope*) { return napi_ok; }
API napi_close_handle_scope(napi_env, napi_handle_scope) { return napi_ok; }
API napi_is_exception_pending(napi_env, bool* result) {
  *result = false;
  return napi_ok;
}

API napi_create_reference(napi_env, napi_value value, uint32_t, napi_ref* result) {
  *result = new napi_ref__{value};
  return napi_ok;
}
API napi_get_reference_value(napi_env, napi_ref reference, napi_value* result) {
  *result = reference->value;
  return napi_ok;
}
API napi_reference_ref(napi_env, napi_ref, uint32_t*) { return napi_ok; }
API napi_reference_unref(napi_env, napi_ref, uint32_t*) { return napi_ok; }

API napi_create_threadsafe_function(napi_env, napi_value function, napi_value, napi_value, size_t,
                                    size_t, void*, napi_finalize, void* context,
                                    napi_threadsafe_function_call_js call,
                                    napi_threadsafe_function* result) {
  thread_safe_function.function = function;
  thread_safe_function.call = call;
  thread_safe_function.context = context;
  *result = &thread_safe_function;
  return napi_ok;
}
API napi_call_threadsafe_function(napi_threadsafe_function function, void*,
                                  napi_threadsafe_function_call_mode) {
  const std::lock_guard<std::mutex> lock(function->mutex);
  ++function->calls;
  function->called.notify_one();
  return napi_ok;
}
API napi_ref_threadsafe_function(napi_env, napi_threadsafe_function) { return napi_ok; }
API napi_unref_threadsafe_function(napi_env, napi_threadsafe_function) { return napi_ok; }
API napi_release_threadsafe_function(napi_threadsafe_function,
                                     napi_threadsafe_function_release_mode) {
  return napi_ok;
}
API napi_add_env_cleanup_hook(napi_env, void (*)(void*), void*) { return napi_ok; }
API napi_remove_env_cleanup_hook(napi_env, void (*)(void*), void*) { return napi_ok; }
