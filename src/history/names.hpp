#pragma once

#include <string_view>

namespace rootlet::history {

/// Letters, digits and . _ -, not at its beginning; at most 128: it is the name of a file, too.
bool is_image_name(std::string_view name);

/// Any text of one line, at most 128 bytes.
bool is_label(std::string_view label);

/// A day of the calendar: "2026-11-22".
bool is_date(std::string_view date);

}  // namespace rootlet::history
