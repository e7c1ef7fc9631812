#include "memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>

namespace rootlet {
namespace {

constexpr std::uint64_t always_spared = 512'000'000;
constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

/// The first number in a file of the kernel's.
std::uint64_t number_in(const char* path, std::uint64_t otherwise) noexcept {
  std::FILE* file = std::fopen(path, "re");
  if (file == nullptr) return otherwise;
  unsigned long long number = 0;
  const bool found = std::fscanf(file, "%llu", &number) == 1;
  std::fclose(file);
  return found ? number : otherwise;
}

/// Memory that the kernel could give without a word, and swap.
std::uint64_t machine_spares() noexcept {
  std::FILE* file = std::fopen("/proc/meminfo", "re");
  if (file == nullptr) return unknown;
  std::uint64_t sum = 0;
  char name[64];
  unsigned long long kilobytes = 0;
  while (std::fscanf(file, "%63s %llu%*[^\n]", name, &kilobytes) == 2) {
    if (std::strcmp(name, "MemAvailable:") == 0 || std::strcmp(name, "SwapFree:") == 0) sum += kilobytes * 1024;
  }
  std::fclose(file);
  return sum == 0 ? unknown : sum;
}

}  // namespace

std::uint64_t memory_in_use() noexcept {
  return number_in("/proc/self/statm", 0) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t memory_to_spare() noexcept {
  const std::uint64_t container = number_in("/sys/fs/cgroup/memory.max", unknown);
  return std::max(always_spared, std::min(machine_spares(), container));
}

}  // namespace rootlet
