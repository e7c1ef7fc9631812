#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rootlet/model/history.hpp"

namespace rootlet::report {

/// What the bands of a chart of sizes are.
enum class BandsBy {
  package,  ///< packages of one name
  root      ///< what each root brought: a package belongs to the root that its way starts from (analysis::ways)
};

/// A band of a chart of sizes, in bytes by record.
struct Band {
  std::string name;
  std::vector<std::uint64_t> sizes;
  bool rest = false;  ///< of all that are too small for a band of their own
};

/// How many bands a chart has besides the rest.
inline constexpr std::size_t most_bands = 12;

/// The bands of a timeline: the largest first, each by what it was at its largest, then by name; the rest last. They
/// add up to the records' installed sizes.
std::vector<Band> bands(const Timeline& timeline, BandsBy by);

/// How a chart is embedded.
struct ChartOptions {
  bool standalone = true;  ///< a file of its own: with styles and a heading
};

/// Installed size over the releases as SVG 1.1, in UTF-8: bands on top of each other, the largest at the bottom, with a
/// legend. Depends on the timeline alone.
std::string size_chart(const Timeline& timeline, BandsBy by, const ChartOptions& options);

/// The packages of the last release as areas (squarified treemap: Bruls, Huizing and van Wijk 2000), coloured by what
/// they did since the release before. `most`: how many packages are drawn; the others are one area.
std::string treemap_chart(const Timeline& timeline, const ChartOptions& options, std::size_t most = SIZE_MAX);

/// Installed size over the releases as a line of words' height, from the least to the most, but no steeper than if the
/// least were a tenth less than the most.
std::string sparkline(const Timeline& timeline);

/// The name of a file for something of a timeline: "nginx.x86_64.packages.svg" of "packages.svg". Characters other than
/// letters, digits and "+-_" become "%" and their code, but for dots inside.
std::string chart_file(const Timeline& timeline, const std::string& what);

}  // namespace rootlet::report
