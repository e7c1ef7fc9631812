#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rootlet/record.hpp"

namespace rootlet::report {

/// Writes a coordinate in pixels with one decimal at most: "12.5", "3".
std::string pixels(double value);

/// Cuts a text to `room` pixels, at a font size of 11 pixels; legible and escaped.
std::string fitted(std::string_view text, double room);

/// The beginning of a chart: the element, its title and, where it stands alone, styles and a heading.
std::string chart_begin(double width, double height, const std::string& title, bool standalone);

/// Title of a chart: "nginx (x86_64)".
std::string title_of(const Timeline& timeline);

/// Height of the heading of a standalone chart, in pixels.
inline constexpr double heading_height = 34;

}  // namespace rootlet::report
