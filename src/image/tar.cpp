#include "tar.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <stdexcept>

#include "base/json.hpp"
#include "image/ready_blocks.hpp"

namespace rootlet::image {
namespace {

constexpr std::size_t block_size = 512;

/// The ustar header, POSIX.1-2017, pax, "ustar Interchange Format".
struct Header {
  std::array<char, 100> name;
  std::array<char, 8> mode;
  std::array<char, 8> uid;
  std::array<char, 8> gid;
  std::array<char, 12> size;
  std::array<char, 12> mtime;
  std::array<char, 8> checksum;
  char type;
  std::array<char, 100> target;
  std::array<char, 6> magic;
  std::array<char, 2> version;
  std::array<char, 32> uname;
  std::array<char, 32> gname;
  std::array<char, 8> device_major;
  std::array<char, 8> device_minor;
  std::array<char, 155> prefix;
  std::array<char, 12> padding;
};
static_assert(sizeof(Header) == block_size);

/// Octal digits, ended by NUL; false when the number does not fit.
template <std::size_t Size>
bool put_number(std::array<char, Size>& field, std::uint64_t value) {
  for (std::size_t i = Size - 1; i-- > 0;) {
    field[i] = static_cast<char>('0' + (value & 7U));
    value >>= 3U;
  }
  field[Size - 1] = '\0';
  return value == 0;
}

/// As much of the text as fits; false when that is not all.
template <std::size_t Size>
bool put_text(std::array<char, Size>& field, std::string_view text) {
  std::copy_n(text.begin(), std::min(text.size(), Size), field.begin());
  return text.size() <= Size;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Strictly: no overlong forms, no surrogates (Unicode 15, table 3-7).
bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xc0U) != 0x80) return false;
    }
    if (length > 2) {
      const unsigned second = byte(i + 1);
      if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
          (first == 0xf4 && second > 0x8f)) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

/// "<length> <key>=<value>\n", where the length counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest;
  while (length != rest + std::to_string(length).size()) length = rest + std::to_string(length).size();
  std::string record = std::to_string(length);
  record.append(" ").append(key).append("=").append(value).append("\n");
  return record;
}

std::string_view bytes_of(const Header& header) { return {reinterpret_cast<const char*>(&header), sizeof header}; }

void seal(Header& header) {
  std::memcpy(header.magic.data(), "ustar", 6);
  std::memcpy(header.version.data(), "00", 2);
  put_number(header.device_major, 0);
  put_number(header.device_minor, 0);
  header.checksum.fill(' ');
  unsigned sum = 0;
  for (const char c : bytes_of(header)) sum += static_cast<unsigned char>(c);
  // Six digits, NUL, and the space that is there already.
  std::array<char, 7> digits{};
  put_number(digits, sum);
  std::copy(digits.begin(), digits.end(), header.checksum.begin());
}

/// Fills the header and returns the pax records for what does not fit into it, in a fixed order.
std::string fill(Header& header, const TarEntry& entry) {
  const std::string path = entry.type == TarType::directory ? entry.path + "/" : entry.path;
  std::string records;
  // Without this record the values below are UTF-8 by definition.
  if (!is_utf8(path) || !is_utf8(entry.target)) records += pax_record("hdrcharset", "BINARY");
  const auto number = [&](auto& field, std::string_view key, std::int64_t value) {
    if (value >= 0 && put_number(field, static_cast<std::uint64_t>(value))) return;
    put_number(field, 0);
    records += pax_record(key, std::to_string(value));
  };
  if (!put_text(header.name, path) || !is_ascii(path)) records += pax_record("path", path);
  if (!put_text(header.target, entry.target) || !is_ascii(entry.target)) {
    records += pax_record("linkpath", entry.target);
  }
  put_number(header.mode, entry.mode & 07777U);
  number(header.uid, "uid", entry.uid);
  number(header.gid, "gid", entry.gid);
  number(header.size, "size", static_cast<std::int64_t>(entry.size));
  number(header.mtime, "mtime", entry.mtime);
  header.type = static_cast<char>(entry.type);
  for (const auto& [name, value] : entry.xattrs) records += pax_record("SCHILY.xattr." + name, value);
  seal(header);
  return records;
}

Header extended_header(std::size_t size) {
  Header header{};
  put_text(header.name, "././@PaxHeader");
  put_number(header.mode, 0644);
  put_number(header.uid, 0);
  put_number(header.gid, 0);
  put_number(header.size, size);
  put_number(header.mtime, 0);
  header.type = 'x';
  seal(header);
  return header;
}

}  // namespace

void TarWriter::pad(std::uint64_t size) {
  static constexpr std::array<char, block_size> zeros{};
  if (const std::size_t over = size % block_size; over != 0) sink_.write({zeros.data(), block_size - over});
}

void TarWriter::add(const TarEntry& entry) {
  if (left_ != 0) throw std::logic_error("tar: the entry before is not complete");
  Header header{};
  if (const std::string records = fill(header, entry); !records.empty()) {
    sink_.write(bytes_of(extended_header(records.size())));
    sink_.write(records);
    pad(records.size());
  }
  sink_.write(bytes_of(header));
  size_ = left_ = entry.size;
  ++entries_;
  if (size_ >= apart_from) sink_.begin_content();
}

void TarWriter::content(std::string_view bytes) {
  if (bytes.size() > left_) throw std::logic_error("tar: more content than announced");
  if (bytes.empty()) return;
  sink_.write(bytes);
  left_ -= bytes.size();
  if (left_ != 0) return;
  if (size_ >= apart_from) sink_.end_content();
  pad(size_);
}

void TarWriter::add(TarEntry entry, std::string_view whole) {
  entry.size = whole.size();
  add(entry);
  content(whole);
}

void TarWriter::finish() {
  if (left_ != 0) throw std::logic_error("tar: the last entry is not complete");
  static constexpr std::array<char, 2 * block_size> end{};
  sink_.write({end.data(), end.size()});
}

}  // namespace rootlet::image
