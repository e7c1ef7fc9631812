#include "elf/elf.hpp"

#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/handle.hpp"

namespace rootlet::elf {
namespace {

constexpr std::size_t longest_string = 4096;
constexpr std::size_t most_needed = 1U << 16U;      // bytes of the names: entries may share one, and files be many
constexpr std::size_t largest_dynamic = 1U << 15U;  // bytes: 2048 entries of 64 bits
constexpr std::size_t most_headers = 1024;
constexpr std::size_t most_directories = 64;
constexpr std::size_t most_libraries = 1024;  // with versions
constexpr std::size_t most_versions = 4096;

using ElfHandle = Handle<Elf, elf_end>;

std::vector<GElf_Phdr> program_headers(Elf* elf) {
  std::size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return {};
  std::vector<GElf_Phdr> headers;
  for (std::size_t i = 0; i < std::min(count, most_headers); ++i) {
    GElf_Phdr header{};
    if (gelf_getphdr(elf, static_cast<int>(i), &header) == nullptr) break;
    headers.push_back(header);
  }
  return headers;
}

/// The bytes at `offset` up to a zero; empty where there is none nearby.
std::string string_at(int fd, std::uint64_t offset) {
  if (offset > static_cast<std::uint64_t>(INT64_MAX) - longest_string) return {};
  std::array<char, longest_string> buffer{};
  const ssize_t got = pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
  if (got <= 0) return {};
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  const std::size_t end = bytes.find('\0');
  return end == std::string_view::npos ? std::string() : std::string(bytes.substr(0, end));
}

/// Where the file holds what is loaded at an address.
std::optional<std::uint64_t> offset_of(std::uint64_t address, const std::vector<GElf_Phdr>& headers) {
  for (const GElf_Phdr& header : headers) {
    if (header.p_type == PT_LOAD && address >= header.p_vaddr && address - header.p_vaddr < header.p_filesz) {
      return header.p_offset + (address - header.p_vaddr);
    }
  }
  return std::nullopt;
}

std::vector<GElf_Dyn> dynamic_entries(Elf* elf, const std::vector<GElf_Phdr>& headers) {
  std::vector<GElf_Dyn> entries;
  for (const GElf_Phdr& header : headers) {
    if (header.p_type != PT_DYNAMIC || header.p_offset > INT64_MAX) continue;
    const auto size = std::min<std::uint64_t>(header.p_filesz, largest_dynamic);
    Elf_Data* const data = elf_getdata_rawchunk(elf, static_cast<std::int64_t>(header.p_offset), size, ELF_T_DYN);
    GElf_Dyn entry{};
    for (int i = 0; data != nullptr && gelf_getdyn(data, i, &entry) != nullptr && entry.d_tag != DT_NULL; ++i) {
      entries.push_back(entry);
    }
    break;
  }
  return entries;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    if (end > begin && parts.size() < most_directories) parts.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// Numbers in a file's own order of bytes. Where the file ends before, they are zero.
class Numbers {
 public:
  Numbers(int fd, unsigned char order) : fd_(fd), big_(order == ELFDATA2MSB) {}

  [[nodiscard]] std::uint32_t at(std::uint64_t offset, std::size_t size) const {
    std::array<unsigned char, 4> bytes{};
    if (offset > static_cast<std::uint64_t>(INT64_MAX) - size ||
        pread(fd_, bytes.data(), size, static_cast<off_t>(offset)) != static_cast<ssize_t>(size)) {
      return 0;
    }
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8U | bytes.at(big_ ? i : size - 1 - i);
    return number;
  }

 private:
  int fd_;
  bool big_;
};

/// Entries of DT_VERNEED at an offset of the file ("Symbol Versioning", Linux Standard Base 5.0; the records are the
/// same in files of 32 and 64 bits). `text`: a string of the dynamic string table. Records lead to later ones only, so
/// that none is read twice.
template <class Text>
std::vector<ElfVersion> needed_versions(const Numbers& numbers, std::uint64_t offset, const Text& text) {
  constexpr std::uint32_t weak = 2;  // VER_FLG_WEAK: the loader only warns where it is missing
  std::vector<ElfVersion> versions;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < most_libraries; ++i) {
    const std::string library = text(numbers.at(offset + 4, 4));
    std::uint64_t at = offset + numbers.at(offset + 8, 4);
    for (std::uint32_t left = numbers.at(offset + 2, 2); left > 0; --left) {
      const std::string version = text(numbers.at(at + 8, 4));
      bytes += library.size() + version.size();
      if (versions.size() >= most_versions || bytes > most_needed) return versions;
      const bool optional = (numbers.at(at + 4, 2) & weak) != 0;
      if (!optional && !library.empty() && !version.empty()) versions.push_back({library, version});
      const std::uint32_t next = numbers.at(at + 12, 4);
      if (next == 0) break;
      at += next;
    }
    const std::uint32_t next = numbers.at(offset + 12, 4);
    if (next == 0) break;
    offset += next;
  }
  return versions;
}

void read_dynamic(int fd, Elf* elf, const std::vector<GElf_Phdr>& headers, File& file) {
  const std::vector<GElf_Dyn> entries = dynamic_entries(elf, headers);
  std::optional<std::uint64_t> strings;
  for (const GElf_Dyn& entry : entries) {
    if (entry.d_tag == DT_STRTAB) strings = offset_of(entry.d_un.d_ptr, headers);
  }
  if (!strings) return;
  const auto text = [&](const GElf_Dyn& entry) {
    return entry.d_un.d_val > UINT32_MAX ? std::string() : string_at(fd, *strings + entry.d_un.d_val);
  };
  std::string rpath;
  std::string runpath;
  std::size_t needed = 0;
  bool has_hash = false;
  std::optional<std::uint64_t> versions;
  for (const GElf_Dyn& entry : entries) {
    if (entry.d_tag == DT_NEEDED && needed < most_needed) {
      file.needed.push_back(text(entry));
      needed += file.needed.back().size();
    }
    if (entry.d_tag == DT_SONAME) file.soname = text(entry);
    if (entry.d_tag == DT_HASH) has_hash = true;
    if (entry.d_tag == DT_GNU_HASH) file.gnu_hash_only = true;
    if (entry.d_tag == DT_VERNEED) versions = offset_of(entry.d_un.d_ptr, headers);
    if (entry.d_tag == DT_RPATH) rpath = text(entry);
    if (entry.d_tag == DT_RUNPATH) runpath = text(entry);
  }
  std::erase(file.needed, "");
  file.gnu_hash_only = file.gnu_hash_only && !has_hash;
  if (versions) {
    file.versions = needed_versions(Numbers(fd, file.machine.order), *versions,
                                    [&](std::uint32_t place) { return string_at(fd, *strings + place); });
  }
  file.search = split(runpath.empty() ? rpath : runpath);
}

}  // namespace

std::optional<File> read(int fd) {
  std::array<char, SELFMAG> magic{};
  if (pread(fd, magic.data(), magic.size(), 0) != static_cast<ssize_t>(magic.size()) ||
      std::memcmp(magic.data(), ELFMAG, SELFMAG) != 0) {
    return std::nullopt;
  }
  elf_version(EV_CURRENT);
  const ElfHandle elf(elf_begin(fd, ELF_C_READ, nullptr));
  GElf_Ehdr header{};
  if (!elf || elf_kind(elf.get()) != ELF_K_ELF || gelf_getehdr(elf.get(), &header) == nullptr) return std::nullopt;
  File file;
  file.machine = {header.e_ident[EI_CLASS], header.e_ident[EI_DATA], header.e_machine};
  const std::vector<GElf_Phdr> headers = program_headers(elf.get());
  for (const GElf_Phdr& each : headers) {
    if (each.p_type == PT_INTERP) file.interpreter = string_at(fd, each.p_offset);
  }
  read_dynamic(fd, elf.get(), headers, file);
  return file;
}

}  // namespace rootlet::elf
