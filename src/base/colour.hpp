#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rootlet {

/// Colours of a terminal, by what they mean here.
enum class Colour {
  bad,  ///< errors, what grew
  warning,
  good,  ///< what shrank
  aside  ///< notes, hints
};

/// When there are colours.
enum class ColourWhen { automatic, always, never };

/// Whether what goes to this descriptor has colours. ColourWhen::automatic: no where NO_COLOR is set; yes where
/// CLICOLOR_FORCE is, to something other than 0; else where it is a terminal that is not "dumb" and CLICOLOR is not 0
/// (no-color.org, bixense.com/clicolors). A variable that is empty is as one that is not set.
bool wants_colour(int fd, ColourWhen when);

/// The text in a colour (ECMA-48, SGR), or as it is where `on` is false.
std::string coloured(std::string_view text, Colour colour, bool on);

/// Text about a change by so many bytes: growth is bad, shrinking good.
std::string coloured_change(std::string_view text, std::int64_t bytes, bool on);

}  // namespace rootlet
