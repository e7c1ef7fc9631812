#include "sink.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "rootlet/error.hpp"

namespace rootlet::image {

FileSink::FileSink(const OpenDirectory& directory, const std::string& name)
    : path_(directory.path() / name),
      fd_(openat(directory.fd(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, new_file_mode)) {
  if (!fd_) throw system_error("cannot write '" + path_.string() + "'");
}

void FileSink::write(std::string_view bytes) {
  write_all(fd_.get(), bytes, path_);
  running_.update(bytes);
  size_ += bytes.size();
}

void FileSink::finish() {
  // A full disk may show only now.
  if (fsync(fd_.get()) != 0) throw system_error("cannot write '" + path_.string() + "'");
  fd_.reset();
  digest_ = "sha256:" + running_.finish();
}

void DigestSink::write(std::string_view bytes) {
  running_.update(bytes);
  size_ += bytes.size();
  next_.write(bytes);
}

void DigestSink::finish() { digest_ = "sha256:" + running_.finish(); }

}  // namespace rootlet::image
