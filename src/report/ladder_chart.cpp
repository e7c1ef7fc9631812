#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "chart_parts.hpp"
#include "graph.hpp"
#include "ladder.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

constexpr double ladder_width = 640;  ///< of the longest bar
constexpr double ladder_margin = 12;
constexpr double figures_width = 210;
constexpr double rung_height = 46;
constexpr double rung_bar_height = 16;
constexpr double note_height = 16;
constexpr std::size_t most_in_tooltip = 20;

std::string rectangle(double x, double width, const char* css, const std::string& title) {
  return fmt::format("<rect class=\"{}\" x=\"{}\" y=\"18\" width=\"{}\" height=\"{}\"><title>{}</title></rect>\n", css,
                     pixels(x), pixels(width), pixels(rung_bar_height), escaped(title));
}

std::string rung_drawing(const Ladder& ladder, std::size_t place, double scale) {
  const Rung& rung = ladder.rungs[place];
  const double here = static_cast<double>(rung.size) * scale;
  std::string out = fmt::format("<g transform=\"translate({} 0)\">\n", pixels(ladder_margin));
  out += fmt::format("<text y=\"12\">{}</text>\n",
                     fitted(rung_title(rung) + (rung.own ? " (as in the recipe)" : ""), ladder_width));
  out += rectangle(0, here, "s0 bar", rung_title(rung));
  double end = here;
  if (place > 0 && ladder.rungs[place - 1].size > rung.size) {
    end = static_cast<double>(ladder.rungs[place - 1].size) * scale;
    out += rectangle(here, end - here, "rest bar", join(rung_differences(ladder, place, most_in_tooltip), "; "));
  }
  const std::string change = rung_change(ladder, place);
  out += fmt::format("<text class=\"faint\" x=\"{}\" y=\"30\">{}</text>\n</g>\n", pixels(end + 6),
                     fitted(fmt::format("{}, {}{}", counted(rung.packages, "package"), human_size(rung.size),
                                        change.empty() ? "" : " (" + change + ")"),
                            figures_width - 6));
  return out;
}

}  // namespace

std::string ladder_chart(const Ladder& ladder, const std::string& title) {
  std::uint64_t most = 1;
  for (const Rung& rung : ladder.rungs) most = std::max(most, rung.size);
  const std::vector<std::string> notes = ladder_notes(ladder);
  const double notes_top = heading_height + ladder_margin + rung_height * static_cast<double>(ladder.rungs.size());
  std::string out =
      chart_begin(ladder_width + figures_width + 2 * ladder_margin,
                  notes_top + note_height * static_cast<double>(notes.size()) + ladder_margin, title, true);
  for (std::size_t i = 0; i < ladder.rungs.size(); ++i) {
    out += fmt::format("<g transform=\"translate(0 {})\">\n",
                       pixels(heading_height + ladder_margin + rung_height * static_cast<double>(i)));
    out += rung_drawing(ladder, i, ladder_width / static_cast<double>(most)) + "</g>\n";
  }
  for (std::size_t i = 0; i < notes.size(); ++i) {
    out += fmt::format("<text class=\"faint\" x=\"{}\" y=\"{}\">{}</text>\n", pixels(ladder_margin),
                       pixels(notes_top + note_height * static_cast<double>(i)),
                       fitted(notes[i], ladder_width + figures_width));
  }
  return out + "</svg>\n";
}

}  // namespace rootlet::report
