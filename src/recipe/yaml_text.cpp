#include "recipe/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace rootlet::recipe {
namespace {

bool is_plain_word(const std::string& text, std::string_view more) {
  const auto fits = [more](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./+$").find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
  };
  const bool letter_first = !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') ||
                                              (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '/' || text[0] == '_');
  constexpr std::array<std::string_view, 8> words{"true", "false", "null", "yes", "no", "on", "off", "y"};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool is_word = std::find(words.begin(), words.end(), lower) != words.end() || lower == "n";
  return letter_first && !is_word && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

std::string yaml_text(const std::string& text, std::string_view more) {
  return is_plain_word(text, more) ? text : dump_json_strictly(nlohmann::json(text));
}

}  // namespace rootlet::recipe
