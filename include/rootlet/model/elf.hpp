#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace rootlet {

/// Machine that a file's code is for, as its ELF header writes it: only files with the same can be linked.
struct ElfMachine {
  std::uint8_t width = 0;  ///< EI_CLASS: 1 for 32 bits, 2 for 64
  std::uint8_t order = 0;  ///< EI_DATA: of the bytes
  std::uint16_t type = 0;  ///< e_machine
  auto operator<=>(const ElfMachine&) const = default;
};

/// Facts of a file that the dynamic loader reads (System V ABI, "Program Loading and Dynamic Linking"; ld.so(8)).
struct ElfFile {
  ElfMachine machine;
  std::string interpreter;          ///< the loader that the kernel starts (PT_INTERP); empty: none
  std::string soname;               ///< DT_SONAME; empty: none
  std::vector<std::string> needed;  ///< DT_NEEDED, in the file's order
  std::vector<std::string> search;  ///< DT_RUNPATH, or DT_RPATH where there is none: directories as written
};

}  // namespace rootlet
