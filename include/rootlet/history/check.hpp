#pragma once

#include <vector>

#include "rootlet/model/budget.hpp"
#include "rootlet/model/history.hpp"

namespace rootlet::history {

/// Each limit of the budget against the record: growth since `before`; without one, growth is not looked at.
std::vector<BudgetCheck> check(const ImageBudget& budget, const HistoryRecord& record, const HistoryRecord* before);

}  // namespace rootlet::history
