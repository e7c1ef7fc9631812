#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace made {

/// A version that is needed of a library; `weak`: it may be missing.
struct VersionSpec {
  std::string library, version;
  bool weak = false;
};

/// What an ELF file shall say; empty: nothing of it.
struct ElfSpec {
  std::string interpreter = {};
  std::string soname = {};
  std::vector<std::string> needed = {};
  std::string rpath = {};
  std::string runpath = {};
  std::uint16_t machine = 62;  ///< EM_X86_64
  std::vector<VersionSpec> versions = {};
  bool hash = false, gnu_hash = false;
};

/// A file of 64 bits, little-endian, with nothing but headers and strings. `big` makes one of 32 bits, big-endian.
std::string elf(const ElfSpec& spec, bool big = false);

}  // namespace made
