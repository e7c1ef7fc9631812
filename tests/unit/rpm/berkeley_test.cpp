#include "rpm/berkeley/files.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "base/fs.hpp"

using namespace rootlet;
using rpm::berkeley::Items;

namespace {

bool has_berkeley() {
  const bool found = access("/usr/bin/db5.3_dump", X_OK) == 0;
  if (!found) WARN("skipped: there is no Berkeley DB here");
  return found;
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 1; at + 1 < text.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(at, 2), nullptr, 16));
  }
  return bytes;
}

/// What Berkeley DB itself finds in a file, once it has found it sound. A dump has a key and its item on a line each,
/// in hexadecimal behind a space, between a head and an end.
Items found_in(const std::string& bytes) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  write_file(dir.path() / "file", bytes);
  const std::string at = "cd " + dir.path().string() + " && ";
  REQUIRE(std::system((at + "db5.3_verify -q file >said 2>&1 && db5.3_dump file >dump").c_str()) == 0);
  REQUIRE(read_file(dir.path() / "said").empty());
  std::ifstream dump(dir.path() / "dump");
  std::string line;
  while (std::getline(dump, line) && line != "HEADER=END") continue;
  Items items;
  std::string key;
  while (std::getline(dump, key) && key != "DATA=END") {
    std::getline(dump, line);
    items[from_hex(key)] = from_hex(line);
  }
  return items;
}

/// So many keys and items, each of a length up to these, by a generator that is the same everywhere.
Items random_items(int count, std::size_t longest_key, std::size_t longest_item) {
  std::uint32_t state = 1;
  const auto next = [&] { return (state = state * 1664525U + 1013904223U) >> 8U; };
  Items items;
  for (int i = 0; i < count; ++i) {
    std::string key(1 + next() % longest_key, 'k');
    for (std::size_t at = key.size() - std::min<std::size_t>(key.size(), 6); at < key.size(); ++at) {
      key[at] = static_cast<char>(next());
    }
    items[key] = std::string(next() % (longest_item + 1), static_cast<char>(next()));
  }
  return items;
}

/// The same items by numbers, as a hash has them.
Items numbered(const Items& items) {
  Items result;
  std::uint32_t number = 0;
  for (const auto& [key, item] : items) {
    std::string bytes;
    for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xffU);
    result[bytes] = item;
    ++number;
  }
  return result;
}

}  // namespace

TEST_CASE("what is written as a file of Berkeley DB is what Berkeley DB reads", "[slow]") {
  if (!has_berkeley()) return;
  for (const Items& items : {Items{}, Items{{"one", ""}}, random_items(50, 10, 20), random_items(3000, 30, 60),
                             random_items(300, 5000, 20'000), random_items(60'000, 300, 16)}) {
    CHECK((found_in(rpm::berkeley::hash_file("x", numbered(items))) == numbered(items)));
    CHECK((found_in(rpm::berkeley::tree_file("x", items)) == items));
  }
}

TEST_CASE("items as long as fit into a page, and a byte more, are read") {
  if (!has_berkeley()) return;
  Items items;
  for (std::size_t size = 1000; size < 1030; ++size) {
    items[std::string(size, 'a') + "1"] = std::string(size, 'b');
    items[std::string(size, 'a') + "2"] = std::string(size, 'c');
  }
  for (std::size_t size = 4060; size < 4100; ++size) items[std::to_string(size)] = std::string(size, 'd');
  CHECK((found_in(rpm::berkeley::hash_file("x", numbered(items))) == numbered(items)));
  CHECK((found_in(rpm::berkeley::tree_file("x", items)) == items));
}

TEST_CASE("files of Berkeley DB differ in their ids, by name, and in nothing that is not in them") {
  const Items items = numbered(random_items(100, 10, 2000));
  const std::string one = rpm::berkeley::hash_file("one", items);
  CHECK((one == rpm::berkeley::hash_file("one", items)));
  std::string other = rpm::berkeley::hash_file("other", items);
  CHECK(one.substr(52, 20) != other.substr(52, 20));
  CHECK((one == other.replace(52, 20, one.substr(52, 20))));
}
