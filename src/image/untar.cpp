#include "untar.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.hpp"
#include "pax.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

constexpr std::uint64_t most_special = 1U << 20U;  // bytes of a long name or an extended header, as in Go

/// A field of the ustar header, POSIX.1-2017, pax, "ustar Interchange Format".
struct Place {
  std::size_t offset;
  std::size_t size;
};
constexpr Place name_field{0, 100};
constexpr Place mode_field{100, 8};
constexpr Place uid_field{108, 8};
constexpr Place gid_field{116, 8};
constexpr Place size_field{124, 12};
constexpr Place mtime_field{136, 12};
constexpr Place checksum_field{148, 8};
constexpr std::size_t type_offset = 156;
constexpr Place target_field{157, 100};
constexpr Place magic_field{257, 8};
constexpr Place prefix_field{345, 155};
constexpr Place star_prefix_field{345, 131};
constexpr Place star_magic_field{508, 4};

std::string_view at(std::string_view block, Place place) { return block.substr(place.offset, place.size); }

std::string_view text_at(std::string_view block, Place place) {
  const std::string_view field = at(block, place);
  return field.substr(0, field.find('\0'));
}

/// A number in base 256, big-endian, with the first bit set (GNU tar); negative ones as two's complement.
std::int64_t binary_number(std::string_view field) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(field[i]); };
  const unsigned invert = (byte(0) & 0x40U) != 0 ? 0xffU : 0U;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const unsigned digit = (byte(i) ^ invert) & (i == 0 ? 0x7fU : 0xffU);
    if (value >> 55U != 0) damaged("a number is too large");
    value = value << 8U | digit;
  }
  return invert != 0 ? -static_cast<std::int64_t>(value) - 1 : static_cast<std::int64_t>(value);
}

std::int64_t number_in(std::string_view field) {
  if (!field.empty() && (static_cast<unsigned char>(field[0]) & 0x80U) != 0) return binary_number(field);
  constexpr std::string_view blank{" \0", 2};
  const std::size_t begin = std::min(field.find_first_not_of(blank), field.size());
  field.remove_prefix(begin);
  const std::string_view digits = field.substr(0, field.find_first_of(blank));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
  const bool complete = digits.empty() || (error == std::errc() && end == digits.data() + digits.size());
  if (!complete || field.substr(digits.size()).find_first_not_of(blank) != std::string_view::npos ||
      value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    damaged("'" + printable(field) + "' is no number");
  }
  return static_cast<std::int64_t>(value);
}

std::uint64_t size_in(std::string_view field) {
  const std::int64_t size = number_in(field);
  if (size < 0) damaged("a size is negative");
  return static_cast<std::uint64_t>(size);
}

std::uint32_t owner_of(std::int64_t id, const std::string& path) {
  if (id < 0 || id > std::numeric_limits<std::uint32_t>::max()) {
    damaged("'" + printable(path) + "' belongs to " + std::to_string(id) + ", which is no user or group");
  }
  return static_cast<std::uint32_t>(id);
}

/// The name in the header itself.
std::string name_of(std::string_view block) {
  std::string name(text_at(block, name_field));
  if (!at(block, magic_field).starts_with(std::string_view("ustar\0", 6))) return name;
  const bool star = at(block, star_magic_field) == std::string_view("tar\0", 4);
  const std::string_view prefix = text_at(block, star ? star_prefix_field : prefix_field);
  return prefix.empty() ? name : std::string(prefix).append("/").append(name);
}

LayerEntry::Kind kind_of(char type, const std::string& path) {
  using Kind = LayerEntry::Kind;
  switch (type) {
    case '\0': return path.ends_with('/') ? Kind::directory : Kind::regular;  // from before there was a type for them
    case '0':
    case '7':
    case 'S': return Kind::regular;
    case '1': return Kind::hard_link;
    case '2': return Kind::symlink;
    case '3': return Kind::char_device;
    case '4': return Kind::block_device;
    case '5': return Kind::directory;
    case '6': return Kind::fifo;
    default: damaged("'" + printable(path) + "' is of a type that layers do not have: '" + printable({&type, 1}) + "'");
  }
}

std::uint64_t padding_of(std::uint64_t size) { return (512 - size % 512) % 512; }

std::string_view view(const std::array<char, 512>& block) { return {block.data(), block.size()}; }

}  // namespace

void damaged(const std::string& what) { throw Error("the tar is damaged: " + what); }

bool is_tar_header(std::string_view block) {
  if (block.size() != 512) return false;
  std::int64_t expected = 0;
  try {
    expected = number_in(at(block, checksum_field));
  } catch (const Error&) {
    return false;
  }
  std::int64_t plain = 0;
  std::int64_t with_sign = 0;  // as some old programs counted
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool inside = i >= checksum_field.offset && i < checksum_field.offset + checksum_field.size;
    const char c = inside ? ' ' : block[i];
    plain += static_cast<unsigned char>(c);
    with_sign += static_cast<signed char>(c);
  }
  return expected == plain || expected == with_sign;
}

bool TarReader::read_block(Block& block) {
  std::size_t got = 0;
  while (got < block.size()) {
    const std::string_view piece = source_.next(block.size() - got);
    if (piece.empty()) break;
    std::copy(piece.begin(), piece.end(), block.begin() + static_cast<std::ptrdiff_t>(got));
    got += piece.size();
  }
  position_ += got;
  if (got != 0 && got != block.size()) damaged("it ends in the middle of a header");
  return got != 0;
}

bool TarReader::read_header(Block& block) {
  const auto is_empty = [](const Block& b) { return std::all_of(b.begin(), b.end(), [](char c) { return c == 0; }); };
  if (!read_block(block)) return false;  // some do not write an end
  if (is_empty(block)) {
    if (read_block(block) && !is_empty(block)) damaged("something follows its end");
    return false;
  }
  if (!is_tar_header(view(block))) damaged("the checksum of a header is wrong");
  return true;
}

void TarReader::skip(std::uint64_t bytes) {
  const std::uint64_t skipped = source_.skip(bytes);
  position_ += skipped;
  if (skipped != bytes) damaged("it ends in the middle of a file");
}

std::string TarReader::read_special(const Block& header) {
  const std::uint64_t size = size_in(at(view(header), size_field));
  if (size > most_special) damaged("a name or extended header has " + grouped(size) + " bytes");
  std::string content;
  while (content.size() < size) {
    const std::string_view piece = source_.next(static_cast<std::size_t>(size) - content.size());
    if (piece.empty()) damaged("it ends in the middle of an extended header");
    content += piece;
  }
  position_ += size;
  skip(padding_of(size));
  return content;
}

bool TarReader::read(LayerEntry& entry) {
  skip(stored_);
  stored_ = 0;
  skip(padding_);
  padding_ = 0;
  Extended extended;
  Block block{};
  bool pending = false;
  while (read_header(block)) {
    const char type = block[type_offset];
    if (type == 'x') {
      extended.pax = parse_pax(read_special(block));
    } else if (type == 'g') {
      read_special(block);
      continue;
    } else if (type == 'L' || type == 'K') {
      const std::string text = read_special(block);
      (type == 'L' ? extended.name : extended.target) = text.substr(0, text.find('\0'));
    } else {
      fill(block, extended, entry);
      return true;
    }
    pending = true;
  }
  if (pending) damaged("nothing follows an extended header");
  return false;
}

void TarReader::fill(const Block& header, const Extended& extended, LayerEntry& entry) {
  const std::string_view block = view(header);
  const PaxRecords& pax = extended.pax;
  const auto text = [&](std::string_view key, const std::optional<std::string>& gnu, const std::string& plain) {
    if (gnu) return *gnu;
    const auto found = pax.find(key);
    return found != pax.end() ? found->second : plain;
  };
  const auto number = [&](std::string_view key, Place place) {
    const auto found = pax.find(key);
    return found != pax.end() ? pax_number(found->second) : number_in(at(block, place));
  };
  entry = {};
  entry.path = text("path", extended.name, name_of(block));
  if (const auto real = pax.find("GNU.sparse.name"); real != pax.end()) entry.path = real->second;
  entry.kind = kind_of(block[type_offset], entry.path);
  entry.target = text("linkpath", extended.target, std::string(text_at(block, target_field)));
  if (entry.kind != LayerEntry::Kind::symlink && entry.kind != LayerEntry::Kind::hard_link) entry.target.clear();
  entry.mode = static_cast<std::uint32_t>(number_in(at(block, mode_field)) & 07777);
  entry.uid = owner_of(number("uid", uid_field), entry.path);
  entry.gid = owner_of(number("gid", gid_field), entry.path);
  const auto time = pax.find("mtime");
  entry.mtime = time != pax.end() ? pax_seconds(time->second) : number_in(at(block, mtime_field));
  if (const auto found = pax.find("SCHILY.xattr.security.capability"); found != pax.end()) {
    entry.capability = found->second;
  }
  sparse_ = false;
  at_ = size_ = holes_ = 0;
  if (entry.kind != LayerEntry::Kind::regular) return;  // whatever the size says
  const std::int64_t size = number("size", size_field);
  if (size < 0) damaged("the size of '" + printable(entry.path) + "' is negative");
  entry.size = stored_ = size_ = static_cast<std::uint64_t>(size);
  padding_ = padding_of(stored_);
  find_extents(header, pax, entry);
}

void TarReader::find_extents(const Block& header, const PaxRecords& pax, LayerEntry& entry) {
  const auto major = pax.find("GNU.sparse.major");
  const auto map = pax.find("GNU.sparse.map");
  const bool old = header[type_offset] == 'S';
  const bool before_content = !old && major != pax.end() && major->second == "1";
  if (!old && !before_content && map == pax.end()) return;
  sparse_ = true;
  extent_ = 0;
  if (old) {
    extents_ = read_old_map(header);
  } else {
    auto size = pax.find("GNU.sparse.realsize");
    if (size == pax.end()) size = pax.find("GNU.sparse.size");
    if (size == pax.end() || pax_number(size->second) < 0) damaged("a sparse file has no size");
    size_ = static_cast<std::uint64_t>(pax_number(size->second));
    extents_ = before_content ? read_map_before_content() : pax_extents(map->second);
  }
  entry.size = size_;
  std::uint64_t end = 0;
  std::uint64_t stored = 0;
  for (const Extent& extent : extents_) {
    if (extent.offset < end || extent.offset > size_ || extent.size > size_ - extent.offset) {
      damaged("the map of the sparse file '" + printable(entry.path) + "' is wrong");
    }
    end = extent.offset + extent.size;
    stored += extent.size;
  }
  if (stored > stored_) damaged("the sparse file '" + printable(entry.path) + "' has less content than its map says");
  holes_ = size_ - stored;
}

std::vector<Extent> TarReader::read_old_map(const Block& header) {
  constexpr Place real_size{483, 12};
  constexpr Place in_header{386, 4 * 24 + 1};
  constexpr Place in_extension{0, 21 * 24 + 1};
  std::vector<Extent> extents;
  size_ = size_in(at(view(header), real_size));
  Block block = header;
  Place place = in_header;
  for (;;) {
    const std::string_view map = at(view(block), place);
    for (std::size_t i = 0; i + 24 <= map.size() && map[i] != 0; i += 24) {
      extents.push_back({size_in(map.substr(i, 12)), size_in(map.substr(i + 12, 12))});
    }
    if (map.back() == 0) return extents;  // whether an extension follows
    if (extents.size() > most_extents) damaged("a sparse file has too many parts");
    if (!read_block(block)) damaged("it ends in the middle of a map");
    place = in_extension;
  }
}

std::vector<Extent> TarReader::read_map_before_content() {
  std::string text;
  const auto line = [&] {
    std::size_t end = text.find('\n');
    while (end == std::string::npos) {
      Block block{};
      if (text.size() > block_size || stored_ < block_size || !read_block(block)) damaged("the map of a sparse file");
      stored_ -= block_size;
      text.append(block.data(), block.size());
      end = text.find('\n');
    }
    const std::int64_t number = pax_number(text.substr(0, end));
    if (number < 0) damaged("the map of a sparse file");
    text.erase(0, end + 1);
    return static_cast<std::uint64_t>(number);
  };
  const std::uint64_t count = line();
  if (count > most_extents) damaged("a sparse file has too many parts");
  std::vector<Extent> extents;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t offset = line();
    extents.push_back({offset, line()});
  }
  return extents;
}

std::string_view TarReader::next() {
  static constexpr std::array<char, 1U << 16U> zeros{};
  std::uint64_t most = size_ - at_;
  if (most == 0) return {};
  if (sparse_) {
    while (extent_ < extents_.size() && extents_[extent_].offset + extents_[extent_].size <= at_) ++extent_;
    const bool hole = extent_ == extents_.size() || at_ < extents_[extent_].offset;
    if (hole) {
      if (extent_ < extents_.size()) most = extents_[extent_].offset - at_;
      most = std::min<std::uint64_t>(most, zeros.size());
      at_ += most;
      return {zeros.data(), static_cast<std::size_t>(most)};
    }
    most = extents_[extent_].offset + extents_[extent_].size - at_;
  }
  const std::string_view piece =
      source_.next(static_cast<std::size_t>(std::min<std::uint64_t>(most, stream::piece_size)));
  if (piece.empty()) damaged("it ends in the middle of a file");
  at_ += piece.size();
  stored_ -= piece.size();
  position_ += piece.size();
  return piece;
}

}  // namespace rootlet::image
