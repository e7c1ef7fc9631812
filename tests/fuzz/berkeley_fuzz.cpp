#include "input.hpp"
#include "rpm/berkeley/files.hpp"
#include "rpm/berkeley/pages.hpp"

namespace {

using rootlet::rpm::berkeley::Items;
using rootlet::rpm::berkeley::page_size;

constexpr auto leaf = static_cast<unsigned char>(rootlet::rpm::berkeley::PageType::tree_leaf);

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// How many items the leaves hold, each of which must lie within its page, behind the page's list.
std::size_t items_in(std::string_view file) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < file.size(); at += page_size) {
    const std::string_view page = file.substr(at, page_size);
    if (static_cast<unsigned char>(page[25]) != leaf) continue;
    const std::size_t here = number(page, 20, 2);
    count += here;
    for (std::size_t i = 0; i < here; ++i) {
      const std::size_t place = number(page, 26 + 2 * i, 2);
      if (place < 26 + 2 * here || place + 3 > page_size) std::abort();
    }
  }
  return count;
}

}  // namespace

/// Items of a database that scriptlets may have written to, as files of Berkeley DB. Each is a key of as many bytes as
/// two bytes say, and an item likewise, which is made long by repeating.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Items items;
  Items numbered;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto take = [&](std::size_t most) {
    const std::string_view piece = rest.substr(0, most);
    rest.remove_prefix(piece.size());
    return std::string(piece);
  };
  while (rest.size() > 8) {
    const std::string head = take(4);
    std::string key = take(1 + number(head, 0, 1));
    key.resize(key.size() + number(head, 1, 1) * 40, 'k');
    std::string item = take(number(head, 2, 1));
    item.resize(item.size() + number(head, 3, 1) * 40, 'i');
    std::string place;
    rootlet::rpm::berkeley::append_number(place, static_cast<std::uint32_t>(numbered.size()));
    numbered[place] = item;
    items[std::move(key)] = std::move(item);
  }
  const std::string tree = rootlet::rpm::berkeley::tree_file("tree", items);
  if (tree.size() % page_size != 0 || items_in(tree) != 2 * items.size()) std::abort();
  if (rootlet::rpm::berkeley::hash_file("hash", numbered).size() % page_size != 0) std::abort();
  return 0;
}
