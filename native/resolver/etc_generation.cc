#include "resolver/etc_generation.h"

#if defined(_WIN32)

namespace gai {

uint64_t EtcGeneration() { return 0; }

}  // namespace gai

#else

#include <array>
#include <cstddef>

#include "pool/mutex.h"
#include "resolver/file_stamp.h"

namespace gai {
namespace {

// The socket is where glibc and musl look for nscd; /var/run is commonly a link to /run.
constexpr const char* kFiles[] = {"/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf",
                                  "/etc/host.conf", "/var/run/nscd/socket"};
using Stamps = std::array<FileStamp, sizeof kFiles / sizeof *kFiles>;

class Generation {
 public:
  // The files are looked at under the lock: an older look must not follow a newer one.
  uint64_t Now() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    Stamps now;
    for (size_t index = 0; index < now.size(); ++index) now[index] = FileStamp::Of(kFiles[index]);
    if (count_ == 0 || !(now == stamps_)) ++count_;
    stamps_ = now;
    return count_;
  }

 private:
  Mutex mutex_;
  uint64_t count_ GUARDED_BY(mutex_) = 0;
  Stamps stamps_ GUARDED_BY(mutex_);
};

}  // namespace

uint64_t EtcGeneration() {
  static Generation generation;
  return generation.Now();
}

}  // namespace gai

#endif
