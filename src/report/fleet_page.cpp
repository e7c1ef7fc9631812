#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "chart_parts.hpp"
#include "fleet.hpp"
#include "graph.hpp"
#include "page_parts.hpp"
#include "rootlet/fleet_report.hpp"
#include "rootlet/report.hpp"
#include "treemap.hpp"

namespace rootlet::report {
namespace {

using verbs::FleetAnswer;

constexpr std::size_t most_fleet_areas = 200;
constexpr std::size_t most_fleet_rows = 500;
constexpr std::size_t most_named = 20;

/// Images as areas, the largest first.
std::string fleet_chart(const FleetAnswer& answer) {
  std::vector<TreemapCell> cells;
  for (const analysis::FleetImage& one : answer.fleet.images) {
    const std::string words = one.name + ", " + human_size(one.size()) + ", " + counted(one.packages.size(), "package");
    const std::string label = one.name.substr(one.name.find_last_of('/') + 1);  // the words have all of it
    if (one.size() > 0) cells.push_back({label.empty() ? one.name : label, words, "stayed", one.size()});
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const TreemapCell& a, const TreemapCell& b) { return a.size > b.size; });
  TreemapCell rest{"others", "", "rest", 0};
  for (std::size_t i = most_fleet_areas; i < cells.size(); ++i) rest.size += cells[i].size;
  cells.resize(std::min(cells.size(), most_fleet_areas));
  rest.words = rest.name + ", " + human_size(rest.size);
  if (rest.size > 0) cells.push_back(std::move(rest));
  if (cells.empty()) return "";
  return chart_begin(treemap_width + 2 * treemap_margin, treemap_height + 2 * treemap_margin, "Images by size", false) +
         fmt::format("<g class=\"cells\" transform=\"translate({} {})\">\n", pixels(treemap_margin),
                     pixels(treemap_margin)) +
         treemap_cells(cells, treemap_width, treemap_height) + "</g>\n</svg>\n";
}

std::string fleet_section(const char* title, const std::vector<std::string>& head, const std::string& rows,
                          std::size_t left_out) {
  if (rows.empty()) return "";
  const std::string more = left_out == 0 ? "" : fmt::format("<p class=\"note\">and {} more</p>\n", grouped(left_out));
  return fmt::format("<section>\n<h2>{}</h2>\n", title) + html_table(head, rows) + more + "</section>\n";
}

std::string image_rows(const FleetAnswer& answer) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(answer.fleet.images.size(), most_fleet_rows); ++i) {
    const analysis::FleetImage& one = answer.fleet.images[i];
    rows += "<tr>" + html_number(human_size(one.size())) + html_number(human_size(answer.alone[i])) +
            html_number(grouped(one.packages.size())) + html_cell(one.kind) + html_cell(legible(one.name)) + "</tr>\n";
  }
  return rows;
}

/// A version as a cell, in one line as long as it is not too long for that.
std::string version_cell(const std::string& version) {
  constexpr std::size_t most_in_a_line = 40;
  if (version.size() > most_in_a_line) return html_cell(legible(version));
  return "<td class=\"v\">" + escaped(legible(version)) + "</td>";
}

/// A library's number of versions and its name, beside so many rows.
std::string library_cells(const analysis::FleetLibrary& library, std::size_t rows) {
  return fmt::format("<td class=\"n\" rowspan=\"{0}\">{1}</td><td rowspan=\"{0}\">{2}</td>", rows,
                     grouped(library.versions.size()), escaped(legible(library.name)));
}

std::string library_rows(const FleetAnswer& answer, std::size_t& left_out) {
  std::string rows;
  std::size_t count = 0;
  for (const analysis::FleetLibrary& library : answer.libraries) {
    const std::size_t versions = library.versions.size();
    if (versions < 2) break;  // those with most versions first
    const std::size_t shown = std::min(versions, most_fleet_rows - std::min(count, most_fleet_rows));
    for (std::size_t i = 0; i < shown; ++i) {
      const analysis::LibraryVersion& one = library.versions[i];
      rows += "<tr>" + (i == 0 ? library_cells(library, shown) : "") + version_cell(one.version) +
              html_cell(legible(fleet_images_text(answer.fleet, one.images, most_named))) + "</tr>\n";
    }
    count += versions;
  }
  left_out = count - std::min(count, most_fleet_rows);
  return rows;
}

std::string rebuild_rows(const FleetAnswer& answer) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(answer.rebuilds.size(), most_fleet_rows); ++i) {
    const verbs::FleetRebuild& one = answer.rebuilds[i];
    std::vector<std::string> way;
    for (const Nevra& package : one.way) way.push_back(package.name);
    rows += "<tr>" + html_cell(legible(answer.fleet.images[one.image].name)) + html_cell(legible(one.cause)) +
            html_cell(legible(one.package.str())) + html_cell(legible(join(way, " → "))) + "</tr>\n";
  }
  return rows;
}

std::string sentence_rows(const std::vector<std::string>& sentences) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(sentences.size(), most_fleet_rows); ++i) {
    rows += "<tr>" + html_cell(legible(sentences[i])) + "</tr>\n";
  }
  return rows;
}

std::string base_rows(const FleetAnswer& answer) {
  std::string rows;
  for (const analysis::FleetBase& one : answer.bases) {
    rows += "<tr>" + html_number(grouped(one.on_it.size())) + html_cell(legible(answer.fleet.images[one.image].name)) +
            html_cell(legible(fleet_images_text(answer.fleet, one.on_it, most_named))) + "</tr>\n";
  }
  return rows;
}

std::size_t over(std::size_t count) { return count - std::min(count, most_fleet_rows); }

std::string fleet_sections(const FleetAnswer& answer) {
  std::size_t more = 0;
  const std::string libraries = library_rows(answer, more);
  const std::vector<std::string> outliers = outlier_texts(answer);
  return fleet_section("To be built again", {"image", "because of", "package", "way"}, rebuild_rows(answer),
                       over(answer.rebuilds.size())) +
         fleet_section("Libraries in several versions", {"versions#", "library", "version", "images"}, libraries,
                       more) +
         fleet_section("Out of line", {"what"}, sentence_rows(outliers), over(outliers.size())) +
         fleet_section("Bases", {"images#", "base", "on it"}, base_rows(answer), 0) +
         fleet_section("Images", {"installed#", "alone#", "packages#", "kind", "image"}, image_rows(answer),
                       over(answer.fleet.images.size()));
}

}  // namespace

std::string fleet_page_text(const std::string& title, const FleetAnswer& answer) {
  const std::string style = "\n" + colours_css() + charts_css() + base_css() + files_css();
  std::string notes;
  const auto note = [&](const std::string& what) { notes += "<p class=\"note\">" + escaped(legible(what)) + "</p>\n"; };
  const std::vector<std::string> sums = fleet_sums(answer);
  for (std::size_t i = 1; i < sums.size(); ++i) note(sums[i]);
  note(common_base_text(answer));
  for (const verbs::FleetFailure& one : answer.failures) note("Not looked at: " + one.target);
  for (const std::string& one : answer.not_looked_at) note("Not looked at: " + one);
  return html_page(escaped(legible(title)), style,
                   filled(files_html(), {{"title", escaped(legible(title))},
                                         {"summary", escaped(sums.front())},
                                         {"notes", notes},
                                         {"chart", fleet_chart(answer)},
                                         {"tables", fleet_sections(answer)}}));
}

}  // namespace rootlet::report
