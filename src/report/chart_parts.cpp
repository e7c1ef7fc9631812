#include "chart_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "graph.hpp"
#include "graph/drawing.hpp"
#include "page_texts.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {

std::string pixels(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string fitted(std::string_view text, double room) {
  const std::string all = legible(text);
  if (graph::text_width(all) <= room) return escaped(all);
  std::size_t fits = 0;
  for (std::size_t i = 1; i <= all.size(); ++i) {
    if (i < all.size() && (static_cast<unsigned char>(all[i]) & 0xc0) == 0x80) continue;
    if (graph::text_width(std::string_view(all).substr(0, i)) + 11 > room) break;
    fits = i;
  }
  return escaped(all.substr(0, fits)) + "…";
}

std::string chart_begin(double width, double height, const std::string& title, bool standalone) {
  std::string out = standalone ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : "";
  out += fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" aria-label=\"{2}\">\n<title>{2}</title>\n",
      pixels(width), pixels(height), escaped(title));
  if (!standalone) return out;
  return out + "<style>\n" + colours_css() + charts_css() + "svg { background: var(--paper); }\n</style>\n" +
         fmt::format("<text x=\"12\" y=\"24\" font-size=\"14\" font-weight=\"bold\">{}</text>\n",
                     fitted(title, (width - 24) * 11 / 14));
}

std::string title_of(const Timeline& timeline) {
  return timeline.image + (timeline.arch.empty() ? "" : " (" + timeline.arch + ")");
}

std::string sparkline(const Timeline& timeline) {
  constexpr double width = 72;
  constexpr double height = 20;
  std::vector<double> sizes;
  for (const HistoryRecord& record : timeline.records) {
    sizes.push_back(static_cast<double>(record.graph.installed_size()));
  }
  const double most = std::max(1.0, *std::max_element(sizes.begin(), sizes.end()));
  const double least = std::min(0.9 * most, *std::min_element(sizes.begin(), sizes.end()));
  const double gap = (width - 4) / static_cast<double>(std::max<std::size_t>(sizes.size() - 1, 1));
  std::string path;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    path += fmt::format("{}{} {}", i == 0 ? "M" : "L", pixels(2 + gap * static_cast<double>(i)),
                        pixels(height - 3 - (height - 6) * (sizes[i] - least) / (most - least)));
  }
  if (sizes.size() == 1) path += "h.1";
  return fmt::format(
      "<svg class=\"chart\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" aria-hidden=\"true\">"
      "<path class=\"spark\" stroke-linecap=\"round\" d=\"{2}\"/></svg>",
      width, height, path);
}

std::string chart_file(const Timeline& timeline, const std::string& what) {
  const auto plain = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      const bool inside = c == '.' && !out.empty();
      if (letter || inside || c == '-' || c == '_' || c == '+') {
        out += c;
      } else {
        out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
      }
    }
    return out;
  };
  return plain(timeline.image) + "." + (timeline.arch.empty() ? "" : plain(timeline.arch) + ".") + what;
}

}  // namespace rootlet::report
