/* std::string::_M_replace_cold, which programs of a newer GCC call: gcc-12's libstdc++ has it not. */

#include <stddef.h>
#include <string.h>

/* Replaces the `old` bytes at `at` by `size` bytes of `from`, a part of the same string; `rest` bytes follow. */
void _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm(
    void *string, char *at, size_t old, const char *from, size_t size, size_t rest) {
  (void)string;
  if (size != 0 && size <= old) memmove(at, from, size);
  if (rest != 0 && old != size) memmove(at + size, at + old, rest);
  if (size <= old) return;
  if (from + size <= at + old) {
    memmove(at, from, size);
  } else if (from >= at + old) {
    memcpy(at, from + (size - old), size);
  } else {
    size_t left = (size_t)(at + old - from);
    memmove(at, from, left);
    memcpy(at + left, at + size, size - left);
  }
}
