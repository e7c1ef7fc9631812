#pragma once

#include "graph/drawing.hpp"

namespace rootlet::graph {

/// Adds the look of each node, without its place; sets `nodes` and `bytes_per_pixel`.
void add_shapes(const analysis::View& view, Drawing& drawing);

}  // namespace rootlet::graph
