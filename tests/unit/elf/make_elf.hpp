#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace made {

/// What an ELF file shall say; empty: nothing of it.
struct ElfSpec {
  std::string interpreter = {};
  std::string soname = {};
  std::vector<std::string> needed = {};
  std::string rpath = {};
  std::string runpath = {};
  std::uint16_t machine = 62;  ///< EM_X86_64
};

/// A file of 64 bits, little-endian, with nothing but headers and strings. `big` makes one of 32 bits, big-endian.
std::string elf(const ElfSpec& spec, bool big = false);

}  // namespace made
