#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "files.hpp"
#include "pages.hpp"

namespace rootlet::rpm::berkeley {
namespace {

/// Berkeley DB's own limit, with which two keys with their values fit into a page.
constexpr std::size_t longest_in_tree = (page_size - page_head) / 4 - 10;
constexpr std::uint32_t root_page = 1;

constexpr std::uint8_t tree_inside = 1;
constexpr std::uint8_t tree_apart = 3;

/// Reference to bytes that have pages of their own.
std::string reference_to(const std::string& bytes, PageFile& file) {
  std::string item;
  append_number(item, std::uint16_t{0});
  append_number(item, tree_apart);
  append_number(item, std::uint8_t{0});
  append_number(item, file.add_overflow(bytes));
  append_number(item, static_cast<std::uint32_t>(bytes.size()));
  return item;
}

/// Items begin at multiples of four bytes.
std::string aligned(std::string item) {
  item.resize((item.size() + 3) / 4 * 4);
  return item;
}

std::string leaf_item(const std::string& bytes, PageFile& file) {
  if (bytes.size() > longest_in_tree) return reference_to(bytes, file);
  std::string item;
  append_number(item, static_cast<std::uint16_t>(bytes.size()));
  append_number(item, tree_inside);
  return aligned(item + bytes);
}

/// A page and the least key that leads to it from above; of the first page of a level it is empty, and never looked at.
struct Node {
  std::string key;
  Page page;
};

/// The shortest key that is greater than `before` and not greater than `after`.
std::string between(const std::string& before, const std::string& after) {
  const auto ends = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  return {after.begin(), ends.second + 1};
}

std::string inner_item(const Node& child, std::uint32_t number, PageFile& file) {
  const bool is_long = child.key.size() > longest_in_tree;
  const std::string key = is_long ? reference_to(child.key, file) : child.key;
  std::string item;
  append_number(item, static_cast<std::uint16_t>(key.size()));
  append_number(item, is_long ? tree_apart : tree_inside);
  append_number(item, std::uint8_t{0});
  append_number(item, number);
  append_number(item, std::uint32_t{0});  // records below it, of trees that count them
  return aligned(item + key);
}

std::vector<Node> leaves_of(const Items& items, PageFile& file) {
  std::vector<Node> leaves{{{}, {PageType::tree_leaf, 1, 0, 0, {}, {}}}};
  std::string before;
  for (const auto& [key, value] : items) {
    const std::string stored_key = leaf_item(key, file);
    const std::string stored_value = leaf_item(value, file);
    if (!leaves.back().page.has_room_for(stored_key.size() + stored_value.size(), 2)) {
      leaves.push_back({between(before, key), {PageType::tree_leaf, 1, 0, 0, {}, {}}});
    }
    leaves.back().page.items.push_back(stored_key);
    leaves.back().page.items.push_back(stored_value);
    before = key;
  }
  return leaves;
}

/// Puts the pages of a level into the file, chained where they are leaves, and returns those of the level above.
std::vector<Node> above(std::vector<Node> nodes, std::uint8_t level, PageFile& file) {
  std::vector<Node> inner;
  std::uint32_t previous = 0;
  for (Node& node : nodes) {
    const bool leaf = node.page.type == PageType::tree_leaf;
    node.page.previous = leaf ? previous : 0;
    const std::uint32_t number = file.add(std::move(node.page));
    if (leaf && previous != 0) file.at(previous).next = number;
    previous = number;
    const std::string item = inner_item(node, number, file);
    if (inner.empty() || !inner.back().page.has_room_for(item.size(), 1)) {
      inner.push_back({node.key, {PageType::tree_inner, level, 0, 0, {}, {}}});
    }
    inner.back().page.items.push_back(item);
  }
  return inner;
}

}  // namespace

std::string tree_file(const std::string& name, const Items& items) {
  PageFile file(name, PageType::tree_head);
  file.add({});  // the root's place
  std::vector<Node> nodes = leaves_of(items, file);
  for (std::uint8_t level = 2; nodes.size() > 1; ++level) nodes = above(std::move(nodes), level, file);
  file.at(root_page) = std::move(nodes.front().page);
  constexpr std::uint32_t least_keys = 2;  // on a page
  constexpr std::uint32_t padding = ' ';   // of records of one length, which there are none of
  std::string facts;
  for (const std::uint32_t fact : {0U, least_keys, 0U, padding, root_page}) append_number(facts, fact);
  return file.bytes(facts);
}

}  // namespace rootlet::rpm::berkeley
