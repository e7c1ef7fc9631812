#include "make_elf.hpp"

#include <elf.h>

namespace made {
namespace {

/// Writes numbers of one width and byte order.
class Bytes {
 public:
  explicit Bytes(bool big) : big_(big) {}

  void number(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * (big_ ? size - 1 - i : i)));
  }
  void half(std::uint64_t value) { number(value, 2); }
  void word(std::uint64_t value) { number(value, 4); }
  void wide(std::uint64_t value) { number(value, big_ ? 4 : 8); }

  std::string text;

 private:
  bool big_;
};

void program_header(Bytes& out, bool big, std::uint32_t type, std::uint64_t offset, std::uint64_t size) {
  out.word(type);
  if (!big) out.word(0);
  for (int i = 0; i < 3; ++i) out.wide(offset);  // offset and both addresses are the same
  out.wide(size);
  out.wide(size);
  if (big) out.word(0);
  out.wide(1);
}

}  // namespace

std::string elf(const ElfSpec& spec, bool big) {
  std::string strings(1, '\0');
  const auto place_of = [&](const std::string& text) {
    const std::size_t place = strings.size();
    strings += text + '\0';
    return place;
  };
  Bytes dynamic(big);
  const auto string = [&](std::uint64_t tag, const std::string& text) {
    if (text.empty()) return;
    dynamic.wide(tag);
    dynamic.wide(strings.size());
    strings += text + '\0';
  };
  for (const std::string& name : spec.needed) string(DT_NEEDED, name);
  string(DT_SONAME, spec.soname);
  string(DT_RPATH, spec.rpath);
  string(DT_RUNPATH, spec.runpath);
  Bytes versions(big);
  for (std::size_t i = 0; i < spec.versions.size(); ++i) {  // DT_VERNEED: each with one version
    const VersionSpec& one = spec.versions[i];
    versions.half(1);
    versions.half(1);
    versions.word(place_of(one.library));
    versions.word(16);
    versions.word(i + 1 < spec.versions.size() ? 32 : 0);
    versions.word(0);
    versions.half(one.weak ? 2 : 0);
    versions.half(2 + i);
    versions.word(place_of(one.version));
    versions.word(0);
  }
  if (spec.hash) string(DT_HASH, "h");
  if (spec.gnu_hash) string(DT_GNU_HASH, "g");
  const std::size_t header = big ? 52 : 64;
  const std::size_t entry = big ? 32 : 56;
  const std::size_t width = big ? 4 : 8;
  const std::size_t at_dynamic = header + 3 * entry;
  const std::size_t at_strings = at_dynamic + dynamic.text.size() + (spec.versions.empty() ? 4 : 6) * width;
  dynamic.wide(DT_STRTAB);
  dynamic.wide(at_strings);
  if (!spec.versions.empty()) {
    dynamic.wide(DT_VERNEED);
    dynamic.wide(at_strings + strings.size());
  }
  dynamic.wide(DT_NULL);
  dynamic.wide(0);
  const std::size_t at_interpreter = at_strings + strings.size() + versions.text.size();
  const std::size_t end = at_interpreter + spec.interpreter.size() + 1;

  Bytes out(big);
  out.text = std::string("\x7f") + "ELF" + (big ? "\1\2" : "\2\1") + "\1" + std::string(9, '\0');
  out.half(ET_DYN);
  out.half(spec.machine);
  out.word(1);
  out.wide(0);
  out.wide(header);  // the program headers follow
  out.wide(0);
  out.word(0);
  for (const std::size_t number : {header, entry, std::size_t{3}, std::size_t{0}, std::size_t{0}, std::size_t{0}}) {
    out.half(number);
  }
  program_header(out, big, PT_LOAD, 0, end);
  program_header(out, big, PT_DYNAMIC, at_dynamic, dynamic.text.size());
  const bool interpreted = !spec.interpreter.empty();
  program_header(out, big, interpreted ? PT_INTERP : PT_NULL, at_interpreter, spec.interpreter.size() + 1);
  return out.text + dynamic.text + strings + versions.text + spec.interpreter + '\0';
}

}  // namespace made
