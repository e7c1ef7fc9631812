#include "header_guard.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

#include "pool.hpp"
#include "rich_limits.hpp"
#include "rootlet/error.hpp"

namespace rootlet::solv {
namespace {

/// The tags of a header that name dependencies: provides, requires, conflicts, obsoletes, order, recommends, suggests,
/// supplements, enhances. Source: rpmtag.h.
constexpr std::array<std::uint32_t, 9> dependency_tags{1047, 1049, 1054, 1090, 5035, 5046, 5049, 5052, 5055};
constexpr std::size_t lead_size = 96;
constexpr std::size_t intro_size = 16;  ///< of a header: what it is, how many entries, how many bytes of data
constexpr std::size_t entry_size = 16;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

/// One of a package file's two headers: its entries and its data. Nothing where there is none, or a larger one than
/// librpm reads.
struct RawHeader {
  std::string entries, data;
};
std::optional<RawHeader> read_raw_header(std::FILE& file) {
  constexpr std::size_t most_entries = 0xffff;
  constexpr std::size_t most_data = 0x0fffffff;
  const auto take = [&](std::size_t size) {
    std::string bytes(size, '\0');
    bytes.resize(std::fread(bytes.data(), 1, size, &file));
    return bytes;
  };
  const std::string intro = take(intro_size);
  if (intro.size() < intro_size || !intro.starts_with("\x8e\xad\xe8")) return std::nullopt;
  const std::size_t entries = number_at(intro, 8);
  const std::size_t data = number_at(intro, 12);
  if (entries > most_entries || data > most_data) return std::nullopt;
  RawHeader header{take(entries * entry_size), take(data)};
  if (header.entries.size() < entries * entry_size || header.data.size() < data) return std::nullopt;
  return header;
}

/// A text of the header that is a rich dependency and too long; empty: there is none.
/// Error: entries that share their bytes, so that looking through them could take as long as their maker likes.
std::string long_dependency(const RawHeader& header) {
  std::size_t seen = 0;
  for (std::size_t entry = 0; entry < header.entries.size(); entry += entry_size) {
    const std::uint32_t tag = number_at(header.entries, entry);
    if (std::find(dependency_tags.begin(), dependency_tags.end(), tag) == dependency_tags.end()) continue;
    std::size_t at = number_at(header.entries, entry + 8);
    const std::uint32_t count = number_at(header.entries, entry + 12);
    for (std::uint32_t i = 0; i < count && at < header.data.size(); ++i) {
      const std::size_t end = std::min(header.data.find('\0', at), header.data.size());
      if (header.data[at] == '(' && end - at > longest_rich) return header.data.substr(at, quoted_characters + 1);
      seen += end + 1 - at;
      if (seen > header.data.size() + 1) throw Error("its header is damaged: dependencies share their bytes");
      at = end + 1;
    }
  }
  return {};
}

}  // namespace

void refuse_long_dependencies(const std::string& path) {
  const File file{std::fopen(path.c_str(), "re")};
  if (!file || std::fseek(file.get(), lead_size, SEEK_SET) != 0) return;
  const auto signatures = read_raw_header(*file);
  if (!signatures) return;
  constexpr std::size_t alignment = 8;
  const auto padding = static_cast<long>((alignment - signatures->data.size() % alignment) % alignment);
  if (std::fseek(file.get(), padding, SEEK_CUR) != 0) return;
  const auto header = read_raw_header(*file);
  if (!header) return;
  const std::string package = "package '" + path + "'";
  std::string text;
  try {
    text = long_dependency(*header);
  } catch (const Error& error) {
    throw error.within(package);
  }
  if (!text.empty()) throw Error(too_long(package, text), rich_way_out);
}

}  // namespace rootlet::solv
