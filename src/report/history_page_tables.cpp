#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "chart_parts.hpp"
#include "graph.hpp"
#include "history_data.hpp"
#include "page_parts.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

/// Most rows, and areas, in all; an image and a step have `least_rows` in any case.
constexpr std::size_t most_rows = 2000;
constexpr std::size_t least_rows = 3;
/// Most images that have charts, and most of these that have one by root as well.
constexpr std::size_t most_charts = 150;
constexpr std::size_t most_root_charts = 30;
/// Most changes of a cause that are named.
constexpr std::size_t most_named = 6;

std::int64_t difference(std::uint64_t before, std::uint64_t after) {
  return static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before);
}

std::string releases_table(const Timeline& timeline) {
  std::string rows;
  for (std::size_t i = timeline.records.size(); i-- > 0;) {
    const HistoryRecord& record = timeline.records[i];
    const std::uint64_t size = record.graph.installed_size();
    const std::string change =
        i == 0 ? "" : signed_size(difference(timeline.records[i - 1].graph.installed_size(), size));
    rows += "<tr>" + html_cell(record.label) + html_cell(record.date) +
            html_number(grouped(record.graph.packages.size())) + html_number(human_size(size)) + html_number(change) +
            "</tr>\n";
  }
  return html_table({"release", "date", "packages#", "installed#", "change#"}, rows);
}

std::string cause_row(const PackageDiff& step, const ChangeCause& cause) {
  std::string text = escaped(sentence(step, cause));
  if (!names_its_change(cause)) {
    text += "<ul>";
    for (std::size_t i = 0; i < std::min(most_named, cause.changes.size()); ++i) {
      const PackageChange& change = step.changes[cause.changes[i]];
      text += fmt::format("<li>{} {}</li>", signed_size(change.bytes()), escaped(change_text(change)));
    }
    if (cause.changes.size() > most_named)
      text += fmt::format("<li>and {} more</li>", cause.changes.size() - most_named);
    text += "</ul>";
  }
  return "<tr>" + html_number(signed_size(cause.bytes)) + "<td>" + text + "</td></tr>\n";
}

/// Table of the causes with the most bytes. The others are one row, so that all adds up.
std::string step_table(const PackageDiff& step, std::size_t most) {
  std::string rows;
  const std::size_t shown = step.causes.size() <= most + 1 ? step.causes.size() : most;
  for (std::size_t i = 0; i < shown; ++i) rows += cause_row(step, step.causes[i]);
  if (shown < step.causes.size()) {
    std::int64_t bytes = 0;
    for (std::size_t i = shown; i < step.causes.size(); ++i) bytes += step.causes[i].bytes;
    rows += "<tr>" + html_number(signed_size(bytes)) + html_cell(counted(step.causes.size() - shown, "more cause")) +
            "</tr>\n";
  }
  return rows.empty() ? "<p>The same packages.</p>\n" : html_table({"bytes#", "cause"}, rows);
}

std::string steps_text(const Timeline& timeline, std::size_t most) {
  std::string out;
  for (std::size_t i = timeline.steps.size(); i-- > 0;) {
    const PackageDiff& step = timeline.steps[i];
    out += fmt::format("<h4>{} to {}: {}</h4>\n", escaped(timeline.records[i].label),
                       escaped(timeline.records[i + 1].label),
                       signed_size(difference(step.before.installed_size, step.after.installed_size)));
    out += step_table(step, most);
  }
  return out;
}

std::string packages_table(const Timeline& timeline, std::size_t most) {
  const PackageGraph& graph = timeline.records.back().graph;
  std::map<std::optional<Nevra>, const PackageChange*> changes;
  if (!timeline.steps.empty()) {
    for (const PackageChange& one : timeline.steps.back().changes) changes[one.after] = &one;
  }
  std::vector<std::size_t> order(graph.packages.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return graph.packages[a].installed_size > graph.packages[b].installed_size;
  });
  const auto steps = analysis::ways(graph);
  std::string rows;
  const std::size_t shown = order.size() <= most + 1 ? order.size() : most;
  std::uint64_t rest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const GraphPackage& one = graph.packages[order[k]];
    if (k >= shown) {
      rest += one.installed_size;
      continue;
    }
    const auto found = changes.find(one.nevra);
    rows += "<tr>" + html_cell(one.nevra.name) + html_cell(one.nevra.evr()) +
            html_number(human_size(one.installed_size)) +
            html_number(found == changes.end() ? "" : signed_size(found->second->bytes())) +
            html_cell(way_text(graph, steps[order[k]])) + "</tr>\n";
  }
  if (shown < order.size()) {
    rows += "<tr>" + html_cell(counted(order.size() - shown, "more package")) + "<td></td>" +
            html_number(human_size(rest)) + "<td></td><td></td></tr>\n";
  }
  return html_table({"package", "version", "size#", "change#", "why"}, rows);
}

std::string images_table(const std::vector<Timeline>& timelines) {
  std::string rows;
  for (std::size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& one = timelines[i];
    const std::uint64_t size = one.records.back().graph.installed_size();
    const std::string change =
        one.steps.empty() ? "" : signed_size(difference(one.records.rbegin()[1].graph.installed_size(), size));
    rows += fmt::format("<tr><td><a href=\"#image-{}\">{}</a></td>", i + 1, escaped(title_of(one))) +
            html_number(grouped(one.records.size())) + html_number(human_size(size)) + html_number(change) + "<td>" +
            sparkline(one) + "</td></tr>\n";
  }
  return html_table({"image", "releases#", "installed#", "change#", "curve"}, rows);
}

std::string charts(const Timeline& timeline, std::size_t images, std::size_t rows) {
  const ChartOptions embedded{false};
  std::string out = size_chart(timeline, BandsBy::package, embedded);
  if (images <= most_root_charts && bands(timeline, BandsBy::root).size() > 1) {
    out += size_chart(timeline, BandsBy::root, embedded);
  }
  return out + treemap_chart(timeline, embedded, rows);
}

}  // namespace

std::string way_text(const PackageGraph& graph, const analysis::Step& step) {
  if (step.from == analysis::Step::From::nothing) return "no root leads to it";
  if (step.from == analysis::Step::From::root) return root_text(graph, graph.roots[step.root]);
  const Dependency& one = graph.dependencies[step.dependency];
  const std::string kind = one.kind == EdgeKind::runtime ? "" : fmt::format(" [{}]", edge_kind_name(one.kind));
  return graph.at(one.from).nevra.name + " requires " + capability_words(one.capability) + kind;
}

std::string history_tables(const std::vector<Timeline>& timelines) {
  std::size_t steps = 0;
  for (const Timeline& one : timelines) steps += one.steps.size();
  const std::size_t of_image = std::max(least_rows, most_rows / timelines.size());
  const std::size_t of_step = std::max(least_rows, most_rows / std::max<std::size_t>(steps, 1));
  std::string out = timelines.size() > 1 ? images_table(timelines) : "";
  for (std::size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& one = timelines[i];
    out += fmt::format("<section class=\"image\" id=\"image-{}\">\n<h2>{}</h2>\n", i + 1, escaped(title_of(one)));
    if (timelines.size() <= most_charts) out += charts(one, timelines.size(), of_image);
    out += "<h3>Releases</h3>\n" + releases_table(one);
    if (!one.steps.empty()) out += "<h3>What changed</h3>\n" + steps_text(one, of_step);
    out += fmt::format("<h3>Packages of {}</h3>\n", escaped(one.records.back().label)) + packages_table(one, of_image);
    out += "</section>\n";
  }
  return out;
}

}  // namespace rootlet::report
