#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "pages.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rpm::berkeley {
namespace {

/// Longer items have pages of their own, as with Berkeley DB.
constexpr std::size_t longest_in_hash = page_size / 4;
/// Of the list of how many pages stand before those of each doubling; buckets are doubled fewer times.
constexpr unsigned most_doublings = 32;

/// FNV-1 by Fowler, Noll and Vo, begun at 0.
std::uint32_t hash_of(std::string_view key) {
  std::uint32_t hash = 0;
  for (const char c : key) hash = hash * 16777619U ^ static_cast<unsigned char>(c);
  return hash;
}

std::string item_of(const std::string& bytes, PageFile& file) {
  constexpr std::uint8_t inside = 1;
  constexpr std::uint32_t apart = 3;  // with three bytes that mean nothing
  std::string item;
  if (bytes.size() <= longest_in_hash) {
    append_number(item, inside);
    return item + bytes;
  }
  append_number(item, apart);
  append_number(item, file.add_overflow(bytes));
  append_number(item, static_cast<std::uint32_t>(bytes.size()));
  return item;
}

std::size_t size_on_page(const std::string& bytes) { return bytes.size() <= longest_in_hash ? 1 + bytes.size() : 12; }

/// How often the one bucket must be doubled until no bucket needs a second page. Error: numbers that hash so unevenly
/// do not come from a transaction.
unsigned doublings_for(const Items& items) {
  const std::size_t most = std::min<std::size_t>(64 * (items.size() + 16), 1U << 30U);
  for (unsigned doubled = 1; std::size_t{1} << doubled <= most; ++doubled) {
    std::vector<std::size_t> used(std::size_t{1} << doubled, page_head);
    for (const auto& [key, value] : items) {
      used[hash_of(key) % used.size()] += size_on_page(key) + size_on_page(value) + 2 * listed_item;
    }
    const bool fits = std::all_of(used.begin(), used.end(), [](std::size_t bytes) { return bytes <= page_size; });
    if (fits) return doubled;
  }
  throw Error("the RPM database in the root has packages under numbers that no transaction gives",
              "a scriptlet must have changed it");
}

}  // namespace

std::string hash_file(const std::string& name, const Items& items) {
  PageFile file(name, PageType::hash_head);
  const unsigned doubled = doublings_for(items);
  const std::uint32_t buckets = 1U << doubled;
  for (std::uint32_t bucket = 0; bucket < buckets; ++bucket) file.add({PageType::hash, 0, 0, 0, {}, {}});
  for (const auto& [key, value] : items) {
    const std::string stored_key = item_of(key, file);
    const std::string stored_value = item_of(value, file);
    Page& page = file.at(1 + (hash_of(key) & (buckets - 1)));
    page.items.push_back(stored_key);
    page.items.push_back(stored_value);
  }
  constexpr char known_by[] = "%$sniglet^&";  // whose hash tells which hash it is; with its end
  std::string facts;
  append_number(facts, buckets - 1);       // the last bucket
  append_number(facts, buckets - 1);       // the mask of a hash
  append_number(facts, buckets / 2 - 1);   // the mask before the last doubling
  append_number(facts, std::uint32_t{0});  // how many items a page should have
  append_number(facts, static_cast<std::uint32_t>(items.size()));
  append_number(facts, hash_of(std::string_view(known_by, sizeof known_by)));
  for (unsigned i = 0; i < most_doublings; ++i) append_number(facts, std::uint32_t{i <= doubled ? 1U : 0U});
  return file.bytes(facts);
}

}  // namespace rootlet::rpm::berkeley
