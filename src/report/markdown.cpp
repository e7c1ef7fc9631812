#include "markdown.hpp"

#include <string_view>

#include "base/text.hpp"

namespace rootlet::report {

std::string markdown_text(const std::string& text) {
  std::string result;
  for (const char c : printable(text)) {
    if (c == '\n' || c == '\t') {
      result += ' ';
      continue;
    }
    if (std::string_view("\\`*_{}[]<>()#+!|~&").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

}  // namespace rootlet::report
