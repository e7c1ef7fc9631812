#include "rich_limits.hpp"

#include "base/text.hpp"

namespace rootlet::solv {

std::string shortened(std::string text) {
  if (text.size() > quoted_characters) text = text.substr(0, quoted_characters) + "…";
  return printable(text);
}

std::string too_long(const std::string& whose, const std::string& beginning) {
  return whose + ": the dependency '" + shortened(beginning) + "' is longer than the " + std::to_string(longest_rich) +
         " characters that rootlet reads";
}

}  // namespace rootlet::solv
