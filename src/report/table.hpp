#pragma once

#include <string>
#include <vector>

namespace rootlet::report {

using TableRow = std::vector<std::string>;

/// Rows as lines; columns are as wide as their longest cell, with two spaces between them. `numbers`: the columns that
/// are set to the right.
std::string table_text(const std::vector<TableRow>& rows, const std::vector<std::size_t>& numbers = {});

}  // namespace rootlet::report
