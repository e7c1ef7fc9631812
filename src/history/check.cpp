#include "history/check.hpp"

#include <cmath>

namespace rootlet::history {

std::vector<BudgetCheck> check(const ImageBudget& budget, const HistoryRecord& record, std::uint64_t own_files,
                               const HistoryRecord* before) {
  const auto whole = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  const Totals totals = record.totals();
  std::vector<BudgetCheck> checks;
  if (budget.installed_size) {
    checks.push_back({"installed_size", "bytes", whole(*budget.installed_size),
                      whole(totals.installed_size + own_files), own_files});
  }
  if (budget.compressed_size) {
    checks.push_back({"compressed_size", "bytes", whole(*budget.compressed_size), whole(record.compressed_size)});
  }
  if (budget.packages) checks.push_back({"packages", "packages", whole(*budget.packages), whole(totals.packages)});
  if (before == nullptr) return checks;
  const std::int64_t was = whole(before->totals().installed_size);
  const std::int64_t growth = whole(totals.installed_size) - was;
  if (budget.growth_percent) {
    const auto allowed = static_cast<std::int64_t>(std::floor(static_cast<double>(was) * *budget.growth_percent / 100));
    checks.push_back({"growth", "bytes", allowed, growth, 0, budget.growth_percent});
  }
  if (budget.growth_bytes) checks.push_back({"growth", "bytes", whole(*budget.growth_bytes), growth});
  return checks;
}

}  // namespace rootlet::history
