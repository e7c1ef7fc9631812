#include "id_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace rootlet::rights {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> words_of(std::string_view line, std::string_view separators) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(separators), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

}  // namespace

std::string text_of(const IdMap& map) {
  std::string text;
  for (const IdRange& range : map) text += fmt::format("{} {} {}\n", range.inside, range.outside, range.count);
  return text;
}

IdMap parse_id_map(std::string_view text) {
  IdMap map;
  for (const std::string_view line : words_of(text, "\n")) {
    const auto words = words_of(line, " ");
    if (words.size() != 3) continue;
    const auto inside = number_of(words[0]);
    const auto outside = number_of(words[1]);
    const auto count = number_of(words[2]);
    if (inside && outside && count) map.push_back({*inside, *outside, *count});
  }
  return map;
}

bool maps_all_ids(const IdMap& map) {
  std::uint64_t mapped = 0;
  for (const IdRange& range : map) {
    if (range.inside < all_ids) mapped += std::min(range.count, all_ids - range.inside);
  }
  return mapped == all_ids;  // the kernel lets no ranges overlap
}

IdMap same_ids(const IdMap& map) {
  IdMap same;
  for (const IdRange& range : map) {
    if (range.inside >= all_ids) continue;
    same.push_back({range.inside, range.inside, std::min(range.count, all_ids - range.inside)});
  }
  return same;
}

IdMap subordinate_ids(std::string_view text, const std::string& name, std::uint64_t id) {
  IdMap found;
  for (const std::string_view line : words_of(text, "\n")) {
    const auto words = words_of(line, ":");
    if (words.size() != 3 || (words[0] != name && words[0] != std::to_string(id))) continue;
    const auto first = number_of(words[1]);
    const auto count = number_of(words[2]);
    if (first && count && *count > 0) found.push_back({0, *first, *count});
  }
  return found;
}

IdMap with_subordinate(std::uint64_t own, const IdMap& subordinate) {
  IdMap map{{0, own, 1}};
  std::uint64_t next = 1;
  for (const IdRange& range : subordinate) {
    const std::uint64_t count = std::min(range.count, all_ids - next);
    if (count > 0) map.push_back({next, range.outside, count});
    next += count;
  }
  return next == all_ids ? map : IdMap{};
}

}  // namespace rootlet::rights
