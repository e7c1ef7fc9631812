#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet::rpm::berkeley {

constexpr std::size_t page_size = 4096;
constexpr std::size_t page_head = 26;
/// Each item takes its bytes and a place in the page's list.
constexpr std::size_t listed_item = 2;

/// Berkeley DB's numbers.
enum class PageType : std::uint8_t {
  tree_inner = 3,
  tree_leaf = 5,
  overflow = 7,
  hash_head = 8,
  tree_head = 9,
  hash = 13,
};

struct Page {
  PageType type = PageType::overflow;
  std::uint8_t level = 0;      ///< of a tree's page: 1 for leaves
  std::uint32_t previous = 0;  ///< pages of the same kind; 0: none
  std::uint32_t next = 0;
  std::vector<std::string> items;
  std::string content;  ///< of an overflow page, instead of items

  [[nodiscard]] bool has_room_for(std::size_t bytes, std::size_t count) const;
};

/// Appends a number in as many bytes as its type has, the lowest first.
template <class Number>
void append_number(std::string& bytes, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
}

/// A file of Berkeley DB 4.6 to 5.3: pages of one size, each with its number, those before and after it, and a list of
/// where its items begin, which fill it from its end. Numbers are little-endian, which librpm reads on any machine.
/// Nothing here depends on a clock, a machine or what memory held: what Berkeley DB itself would leave of that in a
/// file is its id, which is made of the file's name here, and bytes that no item uses, which are zero.
class PageFile {
 public:
  /// `name`: the ids of the files that are open together must differ.
  PageFile(std::string name, PageType head);

  std::uint32_t add(Page page);
  Page& at(std::uint32_t number) { return pages_.at(number); }
  [[nodiscard]] std::uint32_t last() const { return static_cast<std::uint32_t>(pages_.size() - 1); }

  /// Puts bytes into pages of their own; returns the number of the first.
  std::uint32_t add_overflow(std::string_view bytes);

  /// The whole file. `facts`: what stands in its first page after what all kinds of files have.
  [[nodiscard]] std::string bytes(const std::string& facts) const;

 private:
  [[nodiscard]] std::string head_bytes(const std::string& facts) const;

  std::string name_;
  std::vector<Page> pages_;  // by number
};

}  // namespace rootlet::rpm::berkeley
