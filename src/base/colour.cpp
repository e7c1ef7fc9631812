#include "base/colour.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace rootlet {
namespace {

/// The value of a variable; empty where it is not set.
std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Parameter of SGR.
int code_of(Colour colour) {
  switch (colour) {
    case Colour::bad: return 31;
    case Colour::warning: return 33;
    case Colour::good: return 32;
    case Colour::aside: break;
  }
  return 36;
}

}  // namespace

bool wants_colour(int fd, ColourWhen when) {
  if (when != ColourWhen::automatic) return when == ColourWhen::always;
  if (!variable("NO_COLOR").empty()) return false;
  if (const std::string_view forced = variable("CLICOLOR_FORCE"); !forced.empty() && forced != "0") return true;
  return isatty(fd) == 1 && variable("TERM") != "dumb" && variable("CLICOLOR") != "0";
}

std::string coloured(std::string_view text, Colour colour, bool on) {
  return on ? fmt::format("\033[{}m{}\033[0m", code_of(colour), text) : std::string(text);
}

std::string coloured_change(std::string_view text, std::int64_t bytes, bool on) {
  return coloured(text, bytes > 0 ? Colour::bad : Colour::good, on && bytes != 0);
}

}  // namespace rootlet
