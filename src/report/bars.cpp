#include "bars.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace rootlet::report {

std::string bar(std::uint64_t size, std::uint64_t most) {
  constexpr std::size_t bar_width = 30;
  constexpr std::array<const char*, 8> parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths =
      static_cast<std::size_t>(std::lround(static_cast<double>(size) / static_cast<double>(most) * bar_width * 8));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return text + parts.at(eighths % 8);
}

std::string percent(std::int64_t bytes, std::uint64_t of) {
  if (of == 0) return "";
  return fmt::format("{:+.1f}%", 100.0 * static_cast<double>(bytes) / static_cast<double>(of));
}

}  // namespace rootlet::report
