#include "pax.hpp"

#include <charconv>
#include <limits>

#include "base/text.hpp"

namespace rootlet::image {
namespace {

/// Takes "<length> <key>=<value>\n" from the front; the length counts the whole record.
std::pair<std::string_view, std::string_view> take_record(std::string_view& text) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || length > text.size() || length < digits + 3 || *end != ' ' || text[length - 1] != '\n') {
    damaged("a record of an extended header has no proper length");
  }
  std::string_view record = text.substr(digits + 1, length - digits - 2);
  text.remove_prefix(length);
  const std::size_t equals = record.find('=');
  if (equals == std::string_view::npos || equals == 0) damaged("a record of an extended header has no key");
  return {record.substr(0, equals), record.substr(equals + 1)};
}

bool is_name(std::string_view key) { return key == "path" || key == "linkpath" || key == "GNU.sparse.name"; }

}  // namespace

PaxRecords parse_pax(std::string_view text) {
  PaxRecords records;
  std::string map;
  while (!text.empty()) {
    const auto [key, value] = take_record(text);
    if (is_name(key) && value.find('\0') != std::string_view::npos) damaged("a name holds a NUL");
    if (key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes") {
      map.append(map.empty() ? "" : ",").append(value);
    } else if (value.empty()) {
      if (const auto before = records.find(key); before != records.end()) records.erase(before);
    } else {
      records.insert_or_assign(std::string(key), std::string(value));
    }
  }
  if (!map.empty()) records["GNU.sparse.map"] = map;
  return records;
}

std::int64_t pax_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    damaged("'" + printable(text.substr(0, 40)) + "' is no number");
  }
  return value;
}

std::int64_t pax_seconds(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::int64_t seconds = pax_number(text.substr(0, point));
  if (point == std::string_view::npos) return seconds;
  const std::string_view fraction = text.substr(point + 1);
  if (fraction.find_first_not_of("0123456789") != std::string_view::npos ||
      seconds == std::numeric_limits<std::int64_t>::min()) {
    damaged("'" + printable(text.substr(0, 40)) + "' is no time");
  }
  const bool between = fraction.find_first_not_of('0') != std::string_view::npos;
  return text.starts_with('-') && between ? seconds - 1 : seconds;
}

std::vector<Extent> pax_extents(std::string_view map) {
  std::vector<std::uint64_t> numbers;
  while (!map.empty()) {
    const std::size_t comma = map.find(',');
    const std::int64_t number = pax_number(map.substr(0, comma));
    if (number < 0) damaged("the map of a sparse file");
    numbers.push_back(static_cast<std::uint64_t>(number));
    map.remove_prefix(comma == std::string_view::npos ? map.size() : comma + 1);
  }
  if (numbers.size() % 2 != 0) damaged("the map of a sparse file");
  std::vector<Extent> extents;
  for (std::size_t i = 0; i < numbers.size(); i += 2) extents.push_back({numbers[i], numbers[i + 1]});
  return extents;
}

}  // namespace rootlet::image
