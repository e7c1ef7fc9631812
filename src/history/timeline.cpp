#include "history/timeline.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "analysis/diff.hpp"
#include "analysis/layering.hpp"
#include "rpm/version.hpp"

namespace rootlet::history {

std::optional<std::uint64_t> bytes_to_pull(const HistoryRecord& before, const HistoryRecord& after) {
  const auto blobs_of = [](const HistoryRecord& record) {
    std::vector<analysis::LayerBlob> blobs;
    for (const RecordLayer& one : record.layers) blobs.push_back({one.digest, one.size});
    return blobs;
  };
  return analysis::bytes_to_pull(blobs_of(before), blobs_of(after));
}

std::vector<LayeredRelease> layered_releases(const Timeline& timeline) {
  std::vector<LayeredRelease> releases;
  for (const HistoryRecord& record : timeline.records) {
    LayeredRelease& release = releases.emplace_back();
    for (const GraphPackage& one : record.graph.packages) {
      release.packages[one.nevra.name].insert(one.nevra.evr());
    }
    for (const RecordLayer& layer : record.layers) {
      if (layer.packages.empty()) continue;
      std::vector<std::string>& names = release.layers.emplace_back();
      for (const PackageId id : layer.packages) names.push_back(record.graph.at(id).nevra.name);
    }
  }
  return releases;
}

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
      line.pulls.push_back(bytes_to_pull(line.records.back(), record));
      line.steps.push_back(analysis::diff(line.records.back().graph, record.graph, rpm::compare_versions));
    }
    line.records.push_back(std::move(record));
  }
  return result;
}

}  // namespace rootlet::history
