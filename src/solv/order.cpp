#include "order.hpp"

#include <algorithm>
#include <tuple>

namespace rootlet::solv {
namespace {

/// What decides a package's place; bytes, not letters.
struct Key {
  std::string file, location, checksum;
  std::size_t place;
  bool operator<(const Key& other) const {
    return std::tie(file, location, checksum, place) <
           std::tie(other.file, other.location, other.checksum, other.place);
  }
};

Key key_of(::Solvable& s, std::size_t place) {
  const char* location = solvable_get_location(&s, nullptr);
  Id type = 0;
  const char* checksum = solvable_lookup_checksum(&s, SOLVABLE_CHECKSUM, &type);
  Key key{{}, location != nullptr ? location : "", checksum != nullptr ? checksum : "", place};
  key.file = key.location.substr(key.location.rfind('/') + 1);
  return key;
}

}  // namespace

std::vector<std::size_t> published_order(::Repo& repo) {
  std::vector<Key> keys;
  for (Id id = repo.start; id < repo.end; ++id) {
    ::Solvable& s = repo.pool->solvables[id];
    if (s.repo == &repo) keys.push_back(key_of(s, keys.size()));
  }
  std::sort(keys.begin(), keys.end());
  std::vector<std::size_t> order;
  order.reserve(keys.size());
  for (const Key& key : keys) order.push_back(key.place);
  return order;
}

std::vector<std::string_view> rearranged(std::string_view xml, const std::vector<std::size_t>& order) {
  constexpr std::string_view opening = "<package";
  constexpr std::string_view closing = "</package>";
  if (order.empty() || xml.find("<!") != std::string_view::npos) return {};
  const std::size_t first = xml.find(opening);
  std::vector<std::string_view> packages;
  std::size_t begin = first;
  while (begin != std::string_view::npos) {
    const std::size_t end = xml.find(closing, begin);
    if (end == std::string_view::npos) return {};
    packages.push_back(xml.substr(begin, end + closing.size() - begin));
    begin = xml.find(opening, end);
  }
  if (packages.size() != order.size()) return {};
  const std::size_t last = static_cast<std::size_t>(packages.back().data() - xml.data()) + packages.back().size();
  std::vector<std::string_view> pieces{xml.substr(0, first)};
  for (const std::size_t place : order) pieces.push_back(packages[place]);
  pieces.push_back(xml.substr(last));
  return pieces;
}

}  // namespace rootlet::solv
