#pragma once

#include <vector>

#include "rootlet/recipe.hpp"
#include "rootlet/record.hpp"

namespace rootlet::history {

/// Each limit of the budget against the record: growth since `before`; without one, growth is not looked at.
/// `own_files`: bytes that `files` of the recipe bring; growth is that of packages alone.
std::vector<BudgetCheck> check(const ImageBudget& budget, const HistoryRecord& record, std::uint64_t own_files,
                               const HistoryRecord* before);

}  // namespace rootlet::history
