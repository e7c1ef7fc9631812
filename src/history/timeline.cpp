#include "history/timeline.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "analysis/diff.hpp"
#include "rpm/version.hpp"

namespace rootlet::history {

std::vector<Timeline> timelines(std::vector<HistoryRecord> records) {
  std::stable_sort(records.begin(), records.end(), [](const HistoryRecord& a, const HistoryRecord& b) {
    return std::tie(a.image, a.arch, a.date) < std::tie(b.image, b.arch, b.date);
  });
  std::vector<Timeline> result;
  for (HistoryRecord& record : records) {
    if (result.empty() || result.back().image != record.image || result.back().arch != record.arch) {
      result.push_back({record.image, record.arch, {}, {}});
    }
    Timeline& line = result.back();
    if (!line.records.empty()) {
      line.steps.push_back(analysis::diff(line.records.back().graph, record.graph, rpm::compare_versions));
    }
    line.records.push_back(std::move(record));
  }
  return result;
}

}  // namespace rootlet::history
