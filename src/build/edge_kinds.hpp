#pragma once

#include <filesystem>
#include <vector>

#include "rootlet/model/package.hpp"

namespace rootlet::build {

/// Tells apart which scriptlets the reasons' requirements belong to, from the headers of the packages that require.
/// Metadata marks only some requirements of scriptlets, and not of which. `files` has the order of the packages.
/// Error: as rpm::read_header().
void refine_edge_kinds(Solution& solution, const std::vector<std::filesystem::path>& files);

}  // namespace rootlet::build
