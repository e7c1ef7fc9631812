#pragma once

#include <string>
#include <vector>

#include "rootlet/analysis/files.hpp"
#include "rootlet/report/charts.hpp"

namespace rootlet::report {

/// Costs of files as one HTML file without scripts, which asks nothing of the network: by directory, by kind, the
/// largest, duplicates. `not_looked_at`: told as that, besides packages where nothing tells them.
std::string files_page_text(const std::string& title, const analysis::FileCosts& costs,
                            const std::vector<std::string>& not_looked_at);

/// The directories as areas, of two levels at the most, as SVG 1.1 in UTF-8.
std::string files_chart(const std::string& title, const analysis::FileCosts& costs, const ChartOptions& options);

}  // namespace rootlet::report
