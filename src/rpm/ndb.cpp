#include "ndb.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "rootlet/error.hpp"

namespace rootlet::rpm {
namespace {

constexpr std::size_t block = 16;
constexpr std::size_t page = 4096;
constexpr std::size_t slot_size = 16;
constexpr std::size_t first_slot = 2;  // the header takes the room of these
constexpr std::size_t head_size = 16;
constexpr std::size_t tail_size = 12;

[[noreturn]] void damaged_ndb(const std::string& what) { throw Error("it is damaged: " + what); }

/// Four bytes; the place must be in the file.
std::uint32_t little_endian_at(std::string_view file, std::size_t place) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8U | static_cast<unsigned char>(file[place + i]);
  return value;
}

bool has_magic(std::string_view file, std::size_t place, std::string_view magic) {
  return file.substr(place, magic.size()) == magic;
}

/// RFC 1950's checksum.
std::uint32_t adler32(std::string_view bytes) {
  constexpr std::uint32_t base = 65521;
  constexpr std::size_t longest = 5552;  // sums of so many bytes fit
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  while (!bytes.empty()) {
    for (const char c : bytes.substr(0, longest)) {
      a += static_cast<unsigned char>(c);
      b += a;
    }
    a %= base;
    b %= base;
    bytes.remove_prefix(std::min(bytes.size(), longest));
  }
  return b << 16U | a;
}

/// Where a package is; in blocks.
struct Slot {
  std::uint32_t number = 0;
  std::uint64_t place = 0;
  std::uint64_t blocks = 0;
};

std::vector<Slot> slots_of(std::string_view file) {
  if (file.size() < page || !has_magic(file, 0, "RpmP")) damaged_ndb("it has no header of ndb");
  if (const std::uint32_t version = little_endian_at(file, 4); version != 0) {
    throw Error("it is of version " + std::to_string(version) + " of ndb, which rootlet does not know");
  }
  const std::size_t pages = little_endian_at(file, 12);
  if (pages == 0 || pages * page > file.size()) damaged_ndb("its number of pages is wrong");
  std::vector<Slot> slots;
  for (std::size_t at = first_slot * slot_size; at < pages * page; at += slot_size) {
    if (!has_magic(file, at, "Slot")) damaged_ndb("a slot is none");
    const Slot slot{little_endian_at(file, at + 4), little_endian_at(file, at + 8), little_endian_at(file, at + 12)};
    if (slot.place == 0) continue;  // free
    const bool inside = slot.place >= pages * (page / block) && slot.place + slot.blocks <= file.size() / block;
    if (slot.number == 0 || !inside) damaged_ndb("a package is not in the file");
    slots.push_back(slot);
  }
  // Checking what overlaps could take as long as whoever made the file likes.
  std::sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.place < b.place; });
  for (std::size_t i = 1; i < slots.size(); ++i) {
    if (slots[i].place < slots[i - 1].place + slots[i - 1].blocks) damaged_ndb("packages overlap");
  }
  std::sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.number < b.number; });
  return slots;
}

std::string_view header_in(std::string_view file, const Slot& slot) {
  const std::string_view whole = file.substr(slot.place * block, slot.blocks * block);
  const std::string which = "package " + std::to_string(slot.number);
  if (whole.size() < head_size + tail_size || !has_magic(whole, 0, "BlbS") ||
      little_endian_at(whole, 4) != slot.number) {
    damaged_ndb(which + " has no proper head");
  }
  const std::uint64_t size = little_endian_at(whole, 12);
  if ((head_size + size + tail_size + block - 1) / block != slot.blocks) damaged_ndb(which + " has another size");
  const std::size_t tail = whole.size() - tail_size;
  if (little_endian_at(whole, tail + 4) != size || !has_magic(whole, tail + 8, "BlbE")) {
    damaged_ndb(which + " has no proper tail");
  }
  if (little_endian_at(whole, tail) != adler32(whole.substr(0, tail))) damaged_ndb(which + " has another checksum");
  return whole.substr(head_size, size);
}

}  // namespace

std::vector<std::string_view> ndb_headers(std::string_view file) {
  std::vector<std::string_view> headers;
  for (const Slot& slot : slots_of(file)) headers.push_back(header_in(file, slot));
  return headers;
}

}  // namespace rootlet::rpm
