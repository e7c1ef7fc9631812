#pragma once

#include <vector>

#include "rootlet/recipe.hpp"
#include "rootlet/record.hpp"

namespace rootlet::history {

/// Each limit of the budget against the record: growth since `before`; without one, growth is not looked at.
std::vector<BudgetCheck> check(const ImageBudget& budget, const HistoryRecord& record, const HistoryRecord* before);

}  // namespace rootlet::history
