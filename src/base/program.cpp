#include "base/program.hpp"

#include <link.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>

#include "base/digest.hpp"
#include "base/fs.hpp"

namespace rootlet {
namespace {

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

/// The build id in a segment of notes; empty: there is none.
std::string build_id_in(std::string_view notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::copy_n(notes.data(), sizeof note, reinterpret_cast<char*>(&note));
    const std::size_t name = padded(note.n_namesz);
    const std::size_t whole = sizeof note + name + padded(note.n_descsz);
    if (whole > notes.size()) break;
    const bool gnu = notes.substr(sizeof note, 3) == "GNU" && note.n_namesz == 4;
    if (note.n_type == NT_GNU_BUILD_ID && gnu) return std::string(notes.substr(sizeof note + name, note.n_descsz));
    notes.remove_prefix(whole);
  }
  return {};
}

int add_identity(dl_phdr_info* info, std::size_t, void* into) noexcept {
  auto& all = *static_cast<std::set<std::string>*>(into);
  std::string id;
  for (int i = 0; i < info->dlpi_phnum && id.empty(); ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const std::uintptr_t notes = info->dlpi_addr + segment.p_vaddr;
    id = build_id_in({reinterpret_cast<const char*>(notes), segment.p_memsz});  // NOLINT(performance-no-int-to-ptr)
  }
  const std::string_view name = info->dlpi_name;
  if (id.empty() && name.starts_with("linux-")) return 0;  // the kernel's
  if (id.empty()) id = digest_of_file(name.empty() ? "/proc/self/exe" : fs::path(name));
  all.insert(std::move(id));
  return 0;
}

}  // namespace

std::string program_identity() {
  // Once: what libraries load later, of the C library's name services, has no say.
  static const std::string identity = [] {
    std::set<std::string> all;
    dl_iterate_phdr(&add_identity, &all);
    Digest digest;
    for (const std::string& one : all) digest.update(std::to_string(one.size()) + ":" + one);
    return digest.finish();
  }();
  return identity;
}

}  // namespace rootlet
