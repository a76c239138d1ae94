// What stat(2) says of a file, to notice that it changed. Not for Windows.

#ifndef ADDRINFO_NATIVE_RESOLVER_FILE_STAMP_H_
#define ADDRINFO_NATIVE_RESOLVER_FILE_STAMP_H_

#include <sys/stat.h>

namespace gai {

// All 0 where there is no such file.
class FileStamp {
 public:
  static FileStamp Of(const char* path) {
    FileStamp stamp;
    struct stat status;
    if (stat(path, &status) != 0) return stamp;
    stamp.inode_ = status.st_ino;
    stamp.size_ = status.st_size;
#if defined(__APPLE__)
    stamp.modified_ = status.st_mtimespec;
    stamp.changed_ = status.st_ctimespec;
#else
    stamp.modified_ = status.st_mtim;
    stamp.changed_ = status.st_ctim;
#endif
    return stamp;
  }

  bool operator==(const FileStamp& other) const {
    return inode_ == other.inode_ && size_ == other.size_ && Same(modified_, other.modified_) &&
           Same(changed_, other.changed_);
  }

 private:
  static bool Same(const timespec& left, const timespec& right) {
    return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
  }

  ino_t inode_ = 0;
  off_t size_ = 0;
  timespec modified_ = {};
  timespec changed_ = {};
};

}  // namespace gai

#endif  // ADDRINFO_NATIVE_RESOLVER_FILE_STAMP_H_
