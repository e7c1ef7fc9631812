#include "elf/idle_program.hpp"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "model/arch.hpp"

namespace rootlet::elf {
namespace {

/// How the kernel tells programs of an architecture.
struct KnownMachine {
  std::string_view base;  ///< Architecture::base
  unsigned char width;
  unsigned char order;
  std::uint16_t type;
  std::uint32_t flags;
};

/// Flags as compilers write them: that binfmt_misc may ask for (mips), or the kernel (arm).
constexpr std::array<KnownMachine, 16> machines{{{"i386", ELFCLASS32, ELFDATA2LSB, EM_386, 0},
                                                 {"x86_64", ELFCLASS64, ELFDATA2LSB, EM_X86_64, 0},
                                                 {"aarch64", ELFCLASS64, ELFDATA2LSB, EM_AARCH64, 0},
                                                 {"arm", ELFCLASS32, ELFDATA2LSB, EM_ARM, EF_ARM_EABI_VER5},
                                                 {"armhfp", ELFCLASS32, ELFDATA2LSB, EM_ARM, EF_ARM_EABI_VER5},
                                                 {"ppc", ELFCLASS32, ELFDATA2MSB, EM_PPC, 0},
                                                 {"ppc64", ELFCLASS64, ELFDATA2MSB, EM_PPC64, 1},
                                                 {"ppc64le", ELFCLASS64, ELFDATA2LSB, EM_PPC64, 2},
                                                 {"riscv64", ELFCLASS64, ELFDATA2LSB, EM_RISCV, 5},
                                                 {"s390", ELFCLASS32, ELFDATA2MSB, EM_S390, 0},
                                                 {"s390x", ELFCLASS64, ELFDATA2MSB, EM_S390, 0},
                                                 {"loongarch64", ELFCLASS64, ELFDATA2LSB, 258, 0x43},
                                                 {"mips", ELFCLASS32, ELFDATA2MSB, EM_MIPS, 0x70001005},
                                                 {"mipsel", ELFCLASS32, ELFDATA2LSB, EM_MIPS, 0x70001005},
                                                 {"mips64", ELFCLASS64, ELFDATA2MSB, EM_MIPS, 0x80000007},
                                                 {"mips64el", ELFCLASS64, ELFDATA2LSB, EM_MIPS, 0x80000007}}};

const KnownMachine* known_machine(const std::string& arch) {
  const Architecture* known = find_architecture(arch);
  if (known == nullptr) return nullptr;
  const auto* const found =
      std::find_if(machines.begin(), machines.end(), [&](const KnownMachine& one) { return one.base == known->base; });
  return found == machines.end() ? nullptr : found;
}

/// A number as a machine's header has it.
template <class T>
void put(T& field, std::uint64_t value, const KnownMachine& machine) {
  std::array<unsigned char, sizeof(T)> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t place = machine.order == ELFDATA2LSB ? i : bytes.size() - 1 - i;
    bytes.at(place) = static_cast<unsigned char>(value >> (8 * i));
  }
  std::memcpy(&field, bytes.data(), bytes.size());
}

/// A program that ends as soon as it begins, by a signal: where it begins there is no instruction.
template <class Header, class Segment>
std::string program_for(const KnownMachine& machine) {
  constexpr std::uint64_t address = 0x10000;
  Header header{};
  Segment segment{};
  const std::uint64_t size = sizeof header + sizeof segment + 16;
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = machine.width;
  header.e_ident[EI_DATA] = machine.order;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  put(header.e_type, ET_EXEC, machine);
  put(header.e_machine, machine.type, machine);
  put(header.e_version, EV_CURRENT, machine);
  put(header.e_entry, address + sizeof header + sizeof segment, machine);
  put(header.e_phoff, sizeof header, machine);
  put(header.e_flags, machine.flags, machine);
  put(header.e_ehsize, sizeof header, machine);
  put(header.e_phentsize, sizeof segment, machine);
  put(header.e_phnum, 1, machine);
  put(segment.p_type, PT_LOAD, machine);
  put(segment.p_flags, PF_R | PF_X, machine);
  put(segment.p_vaddr, address, machine);
  put(segment.p_paddr, address, machine);
  put(segment.p_filesz, size, machine);
  put(segment.p_memsz, size, machine);
  put(segment.p_align, 0x1000, machine);
  std::string text(size, '\0');
  std::memcpy(text.data(), &header, sizeof header);
  std::memcpy(text.data() + sizeof header, &segment, sizeof segment);
  return text;
}

}  // namespace

std::optional<ElfMachine> machine_of(const std::string& arch) {
  const KnownMachine* known = known_machine(arch);
  if (known == nullptr) return std::nullopt;
  return ElfMachine{known->width, known->order, known->type};
}

std::string idle_program(const std::string& arch) {
  const KnownMachine* known = known_machine(arch);
  if (known == nullptr) return {};
  return known->width == ELFCLASS32 ? program_for<Elf32_Ehdr, Elf32_Phdr>(*known)
                                    : program_for<Elf64_Ehdr, Elf64_Phdr>(*known);
}

}  // namespace rootlet::elf
