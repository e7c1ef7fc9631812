#include "package_bytes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "base/fs.hpp"
#include "openpgp/armor.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rpm {
namespace {

// rpm's docs/manual/format_v6.md and format_header.md.
constexpr std::uint64_t lead_size = 96;
constexpr std::uint64_t intro_size = 16;
constexpr std::uint64_t entry_size = 16;
constexpr std::uint64_t section_limit = 512U << 20U;  // librpm reads no larger ones
constexpr std::uint64_t entry_limit = 1U << 16U;
constexpr std::uint32_t string_limit = 1000;  // a package has a few signatures

constexpr std::uint32_t header_region = 63;
constexpr std::uint32_t dsa_tag = 267;
constexpr std::uint32_t rsa_tag = 268;
constexpr std::uint32_t openpgp_tag = 278;
constexpr std::uint32_t old_rsa_tag = 1002;
constexpr std::uint32_t old_dsa_tag = 1005;
constexpr std::uint32_t compressor_tag = 1125;
constexpr std::uint32_t format_tag = 5114;

constexpr std::uint32_t string_type = 6;
constexpr std::uint32_t binary_type = 7;
constexpr std::uint32_t strings_type = 8;

Error no_package() { return Error("it is damaged, or not an RPM package"); }

std::string read_at(int fd, std::uint64_t at, std::uint64_t size) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || at + size > static_cast<std::uint64_t>(status.st_size)) throw no_package();
  std::string bytes(size, '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t got = pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
    if (got <= 0) throw no_package();
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

struct Entry {
  std::uint32_t tag;
  std::uint32_t type;
  std::uint32_t offset;
  std::uint32_t count;
};

/// A header structure: index and data.
struct Section {
  std::vector<Entry> entries;
  std::string data;
  std::uint64_t end = 0;

  [[nodiscard]] const Entry* find(std::uint32_t tag) const {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.tag == tag; });
    return found == entries.end() ? nullptr : &*found;
  }
};

Section read_section(int fd, std::uint64_t at) {
  const std::string intro = read_at(fd, at, intro_size);
  if (!intro.starts_with("\x8e\xad\xe8\x01")) throw no_package();
  const std::uint64_t count = number_at(intro, 8);
  const std::uint64_t size = number_at(intro, 12);
  if (count > entry_limit || size > section_limit) throw no_package();
  const std::string index = read_at(fd, at + intro_size, count * entry_size);
  Section section;
  for (std::size_t i = 0; i < index.size(); i += entry_size) {
    section.entries.push_back(
        {number_at(index, i), number_at(index, i + 4), number_at(index, i + 8), number_at(index, i + 12)});
  }
  section.data = read_at(fd, at + intro_size + index.size(), size);
  section.end = at + intro_size + index.size() + size;
  return section;
}

/// The entry's values: one of binary data, or its strings. What lies outside of the data is left out, and so are
/// strings beyond the limit.
std::vector<std::string> values_of(const Section& section, const Entry& entry) {
  std::vector<std::string> values;
  std::string_view rest(section.data);
  if (entry.offset > rest.size()) return values;
  rest.remove_prefix(entry.offset);
  if (entry.type == binary_type) {
    if (entry.count <= rest.size()) values.emplace_back(rest.substr(0, entry.count));
  } else if (entry.type == string_type || entry.type == strings_type) {
    for (std::uint32_t i = 0; i < std::min(entry.count, string_limit); ++i) {
      const std::size_t end = rest.find('\0');
      if (end == std::string_view::npos) break;
      values.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  }
  return values;
}

void add_signatures(PackageBytes& package, const Section& section, std::uint32_t tag, Coverage covers) {
  const Entry* entry = section.find(tag);
  if (entry == nullptr) return;
  for (std::string& value : values_of(section, *entry)) {
    if (tag == openpgp_tag) value = openpgp::decode_base64(value).value_or("");
    package.signatures.push_back({covers, tag == openpgp_tag, std::move(value)});
  }
}

}  // namespace

PackageBytes read_package_bytes(const OpenPackage& file) {
  if (!read_at(file.fd, 0, lead_size).starts_with("\xed\xab\xee\xdb")) throw no_package();
  const Section signatures = read_section(file.fd, lead_size);
  PackageBytes package;
  package.header_begin = (signatures.end + 7) / 8 * 8;
  const Section header = read_section(file.fd, package.header_begin);
  package.header_end = header.end;
  if (header.find(format_tag) != nullptr) {
    package.format = 6;
  } else if (header.find(header_region) == nullptr) {
    package.format = 3;
  }
  if (const Entry* named = header.find(compressor_tag)) {
    const std::vector<std::string> values = values_of(header, *named);
    if (!values.empty()) package.compressor = values.front();
  }
  add_signatures(package, signatures, openpgp_tag, Coverage::header);
  add_signatures(package, signatures, rsa_tag, Coverage::header);
  add_signatures(package, signatures, dsa_tag, Coverage::header);
  add_signatures(package, signatures, old_rsa_tag, Coverage::header_and_payload);
  add_signatures(package, signatures, old_dsa_tag, Coverage::header_and_payload);
  return package;
}

}  // namespace rootlet::rpm
