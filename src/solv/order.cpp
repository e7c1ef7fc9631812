#include "order.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rootlet::solv {
namespace {

/// Facts that decide a package's place; bytes, not letters.
struct Key {
  std::string file, location, checksum;
  std::size_t place;
  bool operator<(const Key& other) const {
    return std::tie(file, location, checksum, place) <
           std::tie(other.file, other.location, other.checksum, other.place);
  }
};

Key make_key(std::string location, std::string checksum, std::size_t place) {
  Key key{{}, std::move(location), std::move(checksum), place};
  key.file = key.location.substr(key.location.rfind('/') + 1);
  return key;
}

Key key_of(::Solvable& s, std::size_t place) {
  const char* location = solvable_get_location(&s, nullptr);
  Id type = 0;
  const char* checksum = solvable_lookup_checksum(&s, SOLVABLE_CHECKSUM, &type);
  return make_key(location != nullptr ? location : "", checksum != nullptr ? checksum : "", place);
}

/// Text between the first `begin` after `tag` and the next `end`; empty where there is none.
std::string text_after(std::string_view xml, std::string_view tag, std::string_view begin, char end) {
  const std::size_t at = xml.find(tag);
  const std::size_t from = at == std::string_view::npos ? at : xml.find(begin, at);
  if (from == std::string_view::npos) return "";
  const std::size_t first = from + begin.size();
  const std::size_t last = xml.find(end, first);
  return last == std::string_view::npos ? "" : std::string(xml.substr(first, last - first));
}

std::vector<std::size_t> order_of(std::vector<Key> keys) {
  std::sort(keys.begin(), keys.end());
  std::vector<std::size_t> order;
  order.reserve(keys.size());
  for (const Key& key : keys) order.push_back(key.place);
  return order;
}

}  // namespace

std::vector<std::size_t> published_order(::Repo& repo) {
  std::vector<Key> keys;
  for (Id id = repo.start; id < repo.end; ++id) {
    ::Solvable& s = repo.pool->solvables[id];
    if (s.repo == &repo) keys.push_back(key_of(s, keys.size()));
  }
  return order_of(std::move(keys));
}

std::optional<Cut> cut(std::string_view xml) {
  constexpr std::string_view opening = "<package";
  constexpr std::string_view closing = "</package>";
  if (xml.find("<!") != std::string_view::npos) return std::nullopt;
  const std::size_t first = xml.find(opening);
  Cut cut;
  std::size_t begin = first;
  while (begin != std::string_view::npos) {
    const std::size_t end = xml.find(closing, begin);
    if (end == std::string_view::npos) return std::nullopt;
    cut.packages.push_back(xml.substr(begin, end + closing.size() - begin));
    begin = xml.find(opening, end);
  }
  if (cut.packages.empty()) return std::nullopt;
  const std::string_view last = cut.packages.back();
  cut.before = xml.substr(0, first);
  cut.after = xml.substr(static_cast<std::size_t>(last.data() - xml.data()) + last.size());
  return cut;
}

std::vector<std::size_t> written_order(const Cut& cut) {
  std::vector<Key> keys;
  for (const std::string_view package : cut.packages) {
    keys.push_back(make_key(text_after(package, "<location", "href=\"", '"'),
                            text_after(package, "<checksum", ">", '<'), keys.size()));
  }
  return order_of(std::move(keys));
}

std::vector<std::string_view> rearranged(const Cut& cut, const std::vector<std::size_t>& order) {
  if (cut.packages.size() != order.size()) return {};
  std::vector<std::string_view> pieces{cut.before};
  for (const std::size_t place : order) pieces.push_back(cut.packages[place]);
  pieces.push_back(cut.after);
  return pieces;
}

}  // namespace rootlet::solv
