#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "chart_parts.hpp"
#include "rootlet/report.hpp"
#include "treemap.hpp"

namespace rootlet::report {
namespace {

constexpr double legend_height = 26;

std::vector<TreemapCell> cells_of(const Timeline& timeline, std::size_t most) {
  std::map<std::optional<Nevra>, const PackageChange*> changes;
  if (!timeline.steps.empty()) {
    for (const PackageChange& one : timeline.steps.back().changes) changes[one.after] = &one;
  }
  std::vector<TreemapCell> cells;
  for (const GraphPackage& one : timeline.records.back().graph.packages) {
    const auto found = changes.find(one.nevra);
    const PackageChange* change = found == changes.end() ? nullptr : found->second;
    std::string what = "stayed";
    if (change != nullptr && change->kind == ChangeKind::added) what = "came";
    if (change != nullptr && what == "stayed" && change->bytes() != 0) what = change->bytes() > 0 ? "grew" : "shrank";
    cells.push_back(
        {one.nevra.name, one.nevra.str() + ", " + human_size(one.installed_size), what, one.installed_size});
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const TreemapCell& a, const TreemapCell& b) { return a.size > b.size; });
  if (cells.size() <= most) return cells;
  TreemapCell rest{counted(cells.size() - most, "other"), "", "rest", 0};
  for (std::size_t i = most; i < cells.size(); ++i) rest.size += cells[i].size;
  rest.words = rest.name + ", " + human_size(rest.size);
  cells.resize(most);
  cells.push_back(std::move(rest));
  return cells;
}

std::string legend(double y, bool compared) {
  std::string out = fmt::format("<g class=\"key\" transform=\"translate({} {})\">", pixels(treemap_margin), pixels(y));
  double x = 0;
  for (const auto& [what, words] :
       {std::pair{"came", "came"}, {"grew", "grew"}, {"shrank", "shrank"}, {"stayed", "as large as before"}}) {
    if (!compared) break;
    out += fmt::format(
        "<rect class=\"{}\" x=\"{}\" width=\"12\" height=\"12\" rx=\"2\"/><text x=\"{}\" y=\"10\">{}</text>", what,
        pixels(x), pixels(x + 17), words);
    x += 90;
  }
  return out + "</g>\n";
}

}  // namespace

std::string treemap_chart(const Timeline& timeline, const ChartOptions& options, std::size_t most) {
  const double top = treemap_margin + (options.standalone ? heading_height - treemap_margin : 0);
  const bool compared = !timeline.steps.empty();
  const std::string title = fmt::format("{}: packages of {}{}", title_of(timeline), timeline.records.back().label,
                                        compared ? ", against " + timeline.records.rbegin()[1].label : "");
  std::string out =
      chart_begin(treemap_width + 2 * treemap_margin,
                  top + treemap_height + (compared ? legend_height : 0) + treemap_margin, title, options.standalone);
  out += fmt::format("<g class=\"cells\" transform=\"translate({} {})\">\n", pixels(treemap_margin), pixels(top));
  out += treemap_cells(cells_of(timeline, most), treemap_width, treemap_height);
  return out + "</g>\n" + legend(top + treemap_height + 8, compared) + "</svg>\n";
}

}  // namespace rootlet::report
