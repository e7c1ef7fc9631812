#include "pages.hpp"

#include <utility>

#include "base/digest.hpp"

namespace rootlet::rpm::berkeley {
namespace {

constexpr std::uint32_t hash_magic = 0x061561;
constexpr std::uint32_t tree_magic = 0x053162;
constexpr std::uint32_t version = 9;
constexpr std::size_t id_size = 20;

/// Number that pages have for a place in a log where there is no log.
void append_log_place(std::string& bytes) {
  append_number(bytes, std::uint32_t{0});
  append_number(bytes, std::uint32_t{1});
}

std::string page_bytes(const Page& page, std::uint32_t number) {
  const bool overflow = page.type == PageType::overflow;
  std::string places;
  std::size_t end = page_size;
  for (const std::string& item : page.items) append_number(places, static_cast<std::uint16_t>(end -= item.size()));
  std::string bytes;
  append_log_place(bytes);
  append_number(bytes, number);
  append_number(bytes, page.previous);
  append_number(bytes, page.next);
  // Of overflow pages: how often they are referred to, and how much they hold.
  append_number(bytes, static_cast<std::uint16_t>(overflow ? 1 : page.items.size()));
  append_number(bytes, static_cast<std::uint16_t>(overflow ? page.content.size() : end));
  append_number(bytes, page.level);
  append_number(bytes, static_cast<std::uint8_t>(page.type));
  bytes += overflow ? page.content : places;
  bytes.resize(overflow ? page_size : end);
  for (auto item = page.items.rbegin(); item != page.items.rend(); ++item) bytes += *item;
  return bytes;
}

}  // namespace

bool Page::has_room_for(std::size_t bytes, std::size_t count) const {
  std::size_t used = page_head + bytes + count * listed_item;
  for (const std::string& item : items) used += listed_item + item.size();
  return used <= page_size;
}

PageFile::PageFile(std::string name, PageType head) : name_(std::move(name)) { add({head, 0, 0, 0, {}, {}}); }

std::uint32_t PageFile::add(Page page) {
  pages_.push_back(std::move(page));
  return last();
}

std::uint32_t PageFile::add_overflow(std::string_view bytes) {
  constexpr std::size_t room = page_size - page_head;
  const std::uint32_t first = last() + 1;
  for (std::size_t at = 0; at < bytes.size(); at += room) {
    const std::uint32_t number = add({PageType::overflow, 0, 0, 0, {}, std::string(bytes.substr(at, room))});
    if (number == first) continue;
    pages_[number].previous = number - 1;
    pages_[number - 1].next = number;
  }
  return first;
}

std::string PageFile::head_bytes(const std::string& facts) const {
  const PageType type = pages_.front().type;
  std::string bytes;
  append_log_place(bytes);
  append_number(bytes, std::uint32_t{0});  // its own number
  append_number(bytes, type == PageType::hash_head ? hash_magic : tree_magic);
  append_number(bytes, version);
  append_number(bytes, static_cast<std::uint32_t>(page_size));
  append_number(bytes, std::uint8_t{0});  // not encrypted
  append_number(bytes, static_cast<std::uint8_t>(type));
  append_number(bytes, std::uint16_t{0});
  append_number(bytes, std::uint32_t{0});  // no free pages
  append_number(bytes, last());
  for (int unused = 0; unused < 4; ++unused) append_number(bytes, std::uint32_t{0});
  // Berkeley DB's are made of inode, device, time and chance.
  bytes += digest_of(name_).substr(0, id_size);
  bytes += facts;
  bytes.resize(page_size);
  return bytes;
}

std::string PageFile::bytes(const std::string& facts) const {
  std::string bytes = head_bytes(facts);
  for (std::uint32_t number = 1; number <= last(); ++number) bytes += page_bytes(pages_[number], number);
  return bytes;
}

}  // namespace rootlet::rpm::berkeley
