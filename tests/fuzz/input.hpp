#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "rootlet/error.hpp"

namespace rootlet::fuzz {

/// A fuzz target's input as a file in memory.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : fd_(memfd_create("input", MFD_CLOEXEC)) {
    if (fd_ < 0 || write(fd_, data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  ~Input() { close(fd_); }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

/// Runs `parse`; that it rejects the input is fine.
template <class Parse>
void tolerate_errors(Parse parse) {
  try {
    parse();
  } catch (const Error& error) {
    if (std::string(error.what()).empty()) std::abort();
  }
}

}  // namespace rootlet::fuzz
