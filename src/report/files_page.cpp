#include "rootlet/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "chart_parts.hpp"
#include "files.hpp"
#include "graph.hpp"
#include "page_parts.hpp"
#include "treemap.hpp"

namespace rootlet::report {
namespace {

using analysis::DirectoryCost;
using analysis::FileCosts;
using analysis::FileTotals;

constexpr std::size_t most_areas = 200;
constexpr std::size_t most_files_shown = 100;

std::vector<TreemapCell> cells_of(const FileCosts& costs) {
  std::vector<TreemapCell> cells;
  TreemapCell rest{"others", "", "rest", 0};
  for (const DirectoryCost& one : costs.subdirectories) {  // the largest first
    if (cells.size() < most_areas) {
      const std::string words =
          one.path + ", " + human_size(one.totals.bytes) + ", " + counted(one.totals.files, "file");
      cells.push_back({one.path, words, "stayed", one.totals.bytes});
    } else {
      rest.size += one.totals.bytes;
    }
  }
  rest.words = rest.name + ", " + human_size(rest.size);
  if (rest.size > 0) cells.push_back(std::move(rest));
  return cells;
}

std::string file_row(const FileTotals& totals, const std::string& name) {
  return "<tr>" + html_number(human_size(totals.bytes)) + html_number(grouped(totals.files)) +
         html_cell(legible(name)) + "</tr>\n";
}

std::string more_files_row(std::size_t more, const FileTotals& totals) {
  return more == 0 ? "" : file_row(totals, counted(more, "other"));
}

std::string section(const char* title, const std::vector<std::string>& head, const std::string& rows) {
  return rows.empty() ? "" : fmt::format("<section>\n<h2>{}</h2>\n", title) + html_table(head, rows) + "</section>\n";
}

std::string directory_rows(const std::vector<DirectoryCost>& directories) {
  std::string rows;
  FileTotals rest;
  for (std::size_t i = 0; i < directories.size(); ++i) {
    const DirectoryCost& one = directories[i];
    if (i < most_files_shown) {
      rows += file_row(one.totals, one.path);
    } else {
      rest.bytes += one.totals.bytes;
      rest.files += one.totals.files;
    }
  }
  return rows + more_files_row(directories.size() - std::min(directories.size(), most_files_shown), rest);
}

std::string largest_rows(const FileCosts& costs) {
  std::string rows;
  for (const analysis::LargeFile& one : costs.largest) {
    rows += "<tr>" + html_number(human_size(one.size)) + html_cell(legible(one.path)) + "</tr>\n";
  }
  return rows;
}

std::string duplicate_rows(const FileCosts& costs) {
  std::string rows;
  const std::size_t shown = std::min(costs.duplicates.size(), most_files_shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const analysis::Duplicates& one = costs.duplicates[i];
    rows += "<tr>" + html_number(human_size(one.saved())) + html_cell(legible(join(one.paths, " = "))) + "</tr>\n";
  }
  std::uint64_t rest = 0;
  for (std::size_t i = shown; i < costs.duplicates.size(); ++i) rest += costs.duplicates[i].saved();
  if (rest > 0) {
    rows += "<tr>" + html_number(human_size(rest)) + html_cell(counted(costs.duplicates.size() - shown, "other")) +
            "</tr>\n";
  }
  return rows;
}

std::string tables(const FileCosts& costs) {
  std::string kinds;
  for (const analysis::KindCost& one : costs.kinds) kinds += file_row(one.totals, in_words(file_kind_name(one.kind)));
  return section("Directories", {"size#", "files#", "directory"}, directory_rows(costs.subdirectories)) +
         section("Kinds", {"size#", "files#", "kind"}, kinds) +
         section("Largest files", {"size#", "file"}, largest_rows(costs)) +
         section("Same contents", {"saved if one#", "files"}, duplicate_rows(costs));
}

}  // namespace

std::string files_chart(const std::string& title, const FileCosts& costs, const ChartOptions& options) {
  const double top = options.standalone ? heading_height : treemap_margin;
  return chart_begin(treemap_width + 2 * treemap_margin, top + treemap_height + treemap_margin, title,
                     options.standalone) +
         fmt::format("<g class=\"cells\" transform=\"translate({} {})\">\n", pixels(treemap_margin), pixels(top)) +
         treemap_cells(cells_of(costs), treemap_width, treemap_height) + "</g>\n</svg>\n";
}

std::string files_page_text(const std::string& title, const FileCosts& costs,
                            const std::vector<std::string>& not_looked_at) {
  const std::string style = "\n" + colours_css() + charts_css() + base_css() + files_css();
  std::string notes;
  const auto note = [&](const std::string& what) {
    notes += "<p class=\"note\">Not looked at: " + escaped(what) + "</p>\n";
  };
  if (!costs.packages_known) note(unknown_packages);
  for (const std::string& what : not_looked_at) note(what);
  const std::string heading = escaped(legible(title));
  const std::string body =
      filled(files_html(), {{"title", heading},
                            {"summary", fmt::format("{}, {} ({} bytes)", counted(costs.total.files, "file"),
                                                    human_size(costs.total.bytes), grouped(costs.total.bytes))},
                            {"notes", notes},
                            {"chart", files_chart(title, costs, {false})},
                            {"tables", tables(costs)}});
  return html_page(heading, style, body);
}

}  // namespace rootlet::report
