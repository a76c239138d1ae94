#include "resolver/etc_generation.h"

#if defined(_WIN32)

namespace gai {

uint64_t EtcGeneration() { return 0; }

}  // namespace gai

#else

#include <cstddef>

#include "pool/mutex.h"
#include "resolver/file_stamp.h"

namespace gai {
namespace {

// The socket is where glibc and musl look for nscd; /var/run is commonly a link to /run.
constexpr const char* kFiles[] = {"/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf",
                                  "/etc/host.conf", "/var/run/nscd/socket"};
constexpr size_t kCount = sizeof kFiles / sizeof *kFiles;

struct Generation {
  Mutex mutex;
  uint64_t count GUARDED_BY(mutex) = 0;
  FileStamp stamps[kCount] GUARDED_BY(mutex);
};

}  // namespace

uint64_t EtcGeneration() {
  static Generation last;
  MutexLock lock(last.mutex);  // Held for the looks, too: an older one must not follow a newer one.
  bool changed = last.count == 0;
  for (size_t index = 0; index < kCount; ++index) {
    const FileStamp now = FileStamp::Of(kFiles[index]);
    changed = changed || !(now == last.stamps[index]);
    last.stamps[index] = now;
  }
  if (changed) ++last.count;
  return last.count;
}

}  // namespace gai

#endif
