#include "rootlet/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/diff.hpp"
#include "base/text.hpp"
#include "chart_parts.hpp"
#include "graph.hpp"
#include "graph/drawing.hpp"
#include "page_texts.hpp"

namespace rootlet::report {
namespace {

constexpr double axis_width = 70;
constexpr double plot_width = 640;
constexpr double plot_height = 300;
constexpr double legend_width = 230;
constexpr double label_height = 26;
constexpr double chart_margin = 12;
/// Least width of a release, in pixels, at which each release has a bar.
constexpr double least_gap = 14;

/// Names of the roots that the packages' ways start from, by package.
std::vector<std::string> root_names(const PackageGraph& graph) {
  const auto steps = analysis::ways(graph);
  std::vector<std::string> names(graph.packages.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    analysis::Step step = steps[i];
    while (step.from == analysis::Step::From::package) {
      step = steps[index(graph.dependencies[step.dependency].from)];
    }
    names[i] = step.from == analysis::Step::From::root ? graph.roots[step.root].name : "what no root leads to";
  }
  return names;
}

/// Distance of the axis's lines: the least of 1, 2, 5, 10, … bytes that fits at most five times into `most`.
std::uint64_t tick_of(std::uint64_t most) {
  for (std::uint64_t unit = 1;; unit *= 10) {
    for (const std::uint64_t tick : {unit, 2 * unit, 5 * unit}) {
      if (tick * 5 >= most || unit >= 1'000'000'000'000'000'000) return tick;
    }
  }
}

class SizeChart {
 public:
  SizeChart(const Timeline& timeline, BandsBy by, const ChartOptions& options)
      : timeline_(timeline), by_(by), options_(options), bands_(bands(timeline, by)) {
    const std::size_t count = timeline.records.size();
    gap_ = plot_width / static_cast<double>(count);
    half_ = gap_ >= least_gap ? std::min(24.0, gap_ * 0.3) : 0;
    for (const HistoryRecord& record : timeline.records) most_ = std::max(most_, record.graph.installed_size());
    most_ = std::max<std::uint64_t>(most_, 1);
    tick_ = tick_of(most_);
    const std::uint64_t ticks = (most_ + tick_ - 1) / tick_;
    scale_ = plot_height / static_cast<double>(ticks * tick_);
  }

  std::string text() {
    const double top = chart_margin + (options_.standalone ? heading_height : 0);
    const double height =
        top + std::max(plot_height + label_height, 18.0 * static_cast<double>(bands_.size() + 1)) + chart_margin;
    const std::string title = fmt::format("{}: installed size over releases, by {}", title_of(timeline_),
                                          by_ == BandsBy::package ? "package" : "root");
    out_ = chart_begin(axis_width + plot_width + legend_width + 2 * chart_margin, height, title, options_.standalone);
    out_ += fmt::format("<g transform=\"translate({} {})\">\n", pixels(chart_margin + axis_width), pixels(top));
    add_axis();
    add_bands();
    add_labels();
    out_ += fmt::format("</g>\n<g transform=\"translate({} {})\">\n",
                        pixels(chart_margin + axis_width + plot_width + 16), pixels(top + 8));
    add_legend();
    return out_ + "</g>\n</svg>\n";
  }

 private:
  void add_axis() {
    const auto last = static_cast<std::uint64_t>(std::llround(plot_height / scale_ / static_cast<double>(tick_)));
    for (std::uint64_t i = 0; i <= last; ++i) {
      const double y = plot_height - static_cast<double>(i * tick_) * scale_;
      out_ += fmt::format(
          "<path class=\"grid\" d=\"M0 {0}H{1}\"/><text class=\"faint\" x=\"-6\" y=\"{2}\" "
          "text-anchor=\"end\">{3}</text>\n",
          pixels(y), pixels(plot_width), pixels(y + 4), human_size(i * tick_));
    }
  }

  /// Writes a coordinate; whole pixels are enough in a page, which has many charts.
  [[nodiscard]] std::string place(double value) const {
    return options_.standalone ? pixels(value) : fmt::format("{:.0f}", value);
  }

  [[nodiscard]] double centre(std::size_t record) const { return gap_ * (static_cast<double>(record) + 0.5); }

  /// Outline of one band: along its upper edge and back along its lower one.
  [[nodiscard]] std::string outline(const std::vector<double>& upper, const std::vector<double>& lower) const {
    std::string path;
    const auto point = [&](double x, double y) {
      path += fmt::format("{}{} {}", path.empty() ? "M" : "L", place(x), place(y));
    };
    const auto both = [&](std::size_t i, double y, double way) {
      point(centre(i) - way * half_, y);
      if (half_ > 0) point(centre(i) + way * half_, y);
    };
    for (std::size_t i = 0; i < upper.size(); ++i) both(i, upper[i], 1);
    for (std::size_t i = lower.size(); i-- > 0;) both(i, lower[i], -1);
    return path + "Z";
  }

  void add_bands() {
    const std::size_t count = timeline_.records.size();
    std::vector<double> lower(count, plot_height);
    out_ += half_ > 0 ? "<g>\n" : "<g class=\"dense\">\n";
    for (std::size_t b = 0; b < bands_.size(); ++b) {
      std::vector<double> upper = lower;
      for (std::size_t i = 0; i < count; ++i) upper[i] -= static_cast<double>(bands_[b].sizes[i]) * scale_;
      const std::string css = bands_[b].rest ? "rest" : fmt::format("s{}", b);
      out_ += fmt::format("<g class=\"{}\"><title>{}</title>", css, escaped(bands_[b].name));
      if (count > 1) out_ += fmt::format("<path class=\"ribbon\" d=\"{}\"/>", outline(upper, lower));
      std::string bars;
      for (std::size_t i = 0; i < count && half_ > 0; ++i) {
        if (bands_[b].sizes[i] == 0) continue;
        bars += fmt::format("M{} {}h{}V{}h-{}Z", place(centre(i) - half_), place(upper[i]), place(2 * half_),
                            place(lower[i]), place(2 * half_));
      }
      if (!bars.empty()) out_ += fmt::format("<path class=\"bar\" d=\"{}\"/>", bars);
      out_ += "</g>\n";
      lower = std::move(upper);
    }
    out_ += "</g>\n";
  }

  /// Adds the labels of as many releases as there is room for; always that of the last one.
  void add_labels() {
    const std::size_t count = timeline_.records.size();
    double widest = 0;
    for (const HistoryRecord& record : timeline_.records) {
      widest = std::max(widest, std::min(90.0, graph::text_width(legible(record.label))));
    }
    const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil((widest + 8) / gap_)));
    for (std::size_t i = 0; i < count; ++i) {
      if ((count - 1 - i) % every != 0) continue;
      out_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", pixels(centre(i)),
                          pixels(plot_height + 16), fitted(timeline_.records[i].label, 90));
    }
  }

  /// Adds the legend, from the topmost band downwards.
  void add_legend() {
    double y = 0;
    out_ += fmt::format("<text class=\"faint\" y=\"3\">in {}</text>\n", fitted(timeline_.records.back().label, 180));
    for (std::size_t b = bands_.size(); b-- > 0;) {
      y += 18;
      const std::string size = human_size(bands_[b].sizes.back());
      out_ += fmt::format(
          "<rect class=\"{}\" y=\"{}\" width=\"12\" height=\"12\" rx=\"2\"/><text x=\"18\" y=\"{}\">{}</text>"
          "<text class=\"faint\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
          bands_[b].rest ? "rest" : fmt::format("s{}", b), pixels(y - 7), pixels(y + 3), fitted(bands_[b].name, 130),
          pixels(legend_width - 20), pixels(y + 3), size);
    }
  }

  const Timeline& timeline_;
  const BandsBy by_;
  const ChartOptions& options_;
  const std::vector<Band> bands_;
  std::uint64_t most_ = 0;
  std::uint64_t tick_ = 1;
  double gap_ = 0, half_ = 0, scale_ = 0;
  std::string out_;
};

}  // namespace

std::vector<Band> bands(const Timeline& timeline, BandsBy by) {
  std::map<std::string, std::vector<std::uint64_t>> sizes;
  const std::size_t count = timeline.records.size();
  for (std::size_t i = 0; i < count; ++i) {
    const PackageGraph& graph = timeline.records[i].graph;
    const auto roots = by == BandsBy::root ? root_names(graph) : std::vector<std::string>();
    for (std::size_t k = 0; k < graph.packages.size(); ++k) {
      auto& row = sizes[by == BandsBy::root ? roots[k] : graph.packages[k].nevra.name];
      row.resize(count);
      row[i] += graph.packages[k].installed_size;
    }
  }
  std::vector<Band> all;
  for (auto& [name, row] : sizes) all.push_back({name, std::move(row)});
  const auto largest = [](const Band& band) { return *std::max_element(band.sizes.begin(), band.sizes.end()); };
  std::stable_sort(all.begin(), all.end(), [&](const Band& a, const Band& b) { return largest(a) > largest(b); });
  if (all.size() <= most_bands) return all;
  Band rest{counted(all.size() - most_bands, "other"), std::vector<std::uint64_t>(count), true};
  for (std::size_t b = most_bands; b < all.size(); ++b) {
    for (std::size_t i = 0; i < count; ++i) rest.sizes[i] += all[b].sizes[i];
  }
  all.resize(most_bands);
  all.push_back(std::move(rest));
  return all;
}

std::string size_chart(const Timeline& timeline, BandsBy by, const ChartOptions& options) {
  return SizeChart(timeline, by, options).text();
}

}  // namespace rootlet::report
