#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

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

/// The parts of an input that stands for several files, apart by `end`: always so many, the last with all the rest.
inline std::vector<std::string> parts(const std::uint8_t* data, std::size_t size, std::size_t count, char end = '\0') {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> all;
  while (all.size() + 1 < count) {
    const std::string_view part = rest.substr(0, rest.find(end));
    all.emplace_back(part);
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  all.emplace_back(rest);
  return all;
}

/// The lines of a text.
inline std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    all.emplace_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(all.back().size() + 1, text.size()));
  }
  return all;
}

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
