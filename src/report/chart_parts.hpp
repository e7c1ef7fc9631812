#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rootlet/record.hpp"

namespace rootlet::report {

/// "12.5", "3": a tenth of a pixel is enough.
std::string pixels(double value);

/// As much of a text as fits into so many pixels at 11 pixels' size, legible and escaped.
std::string fitted(std::string_view text, double room);

/// The beginning of a chart: the element, its title and, where it stands alone, styles and a heading.
std::string chart_begin(double width, double height, const std::string& title, bool standalone);

/// "nginx (x86_64)".
std::string title_of(const Timeline& timeline);

/// Where the heading of a chart of its own ends.
inline constexpr double heading_height = 34;

}  // namespace rootlet::report
