#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "history/names.hpp"

namespace rootlet::history {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string short_nevra(const Nevra& nevra) {
  const std::string epoch = nevra.epoch == 0 ? "" : std::to_string(nevra.epoch) + ":";
  return nevra.name + "-" + epoch + nevra.version + "-" + nevra.release;
}

Nevra nevra_of(const Field& field, const std::string& arch) {
  const std::string text = field.text();
  const std::size_t release = text.rfind('-');
  const std::size_t version =
      release == std::string::npos || release == 0 ? std::string::npos : text.rfind('-', release - 1);
  if (version == std::string::npos || version == 0) field.fail("'" + text + "' is not NAME-VERSION-RELEASE");
  Nevra nevra{text.substr(0, version), 0, text.substr(version + 1, release - version - 1), text.substr(release + 1),
              arch};
  if (const std::size_t colon = nevra.version.find(':'); colon != std::string::npos) {
    const char* end = nevra.version.data() + colon;
    const auto [stop, error] = std::from_chars(nevra.version.data(), end, nevra.epoch);
    if (error != std::errc{} || stop != end) field.fail("'" + text + "' has no number for an epoch");
    nevra.version.erase(0, colon + 1);
  }
  return nevra;
}

bool is_image_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && is_word(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 128 && std::none_of(label.begin(), label.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

bool is_date(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return false;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : date.substr(from, count)) value = is_digit(c) && value >= 0 ? value * 10 + (c - '0') : -1;
    return value;
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return false;
  return std::chrono::year_month_day{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                     std::chrono::day{static_cast<unsigned>(day)}}
      .ok();
}

}  // namespace rootlet::history
