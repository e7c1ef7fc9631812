#pragma once

#include <string>
#include <vector>

#include "rootlet/model/history.hpp"

namespace rootlet::report {

/// One HTML file with all it needs, which asks nothing of the network: a list of images where there are several; of
/// each the size over its releases, the packages of one as a treemap and a table, and what changed from any release to
/// another with its causes. Without scripts it is charts and tables of the last releases and of all steps; the longest
/// of these tables are cut, and say so. `timelines`: at least one.
/// Error: this build has no visualization library.
std::string history_page_text(const std::string& title, const std::vector<Timeline>& timelines);

}  // namespace rootlet::report
