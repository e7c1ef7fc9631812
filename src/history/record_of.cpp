#include "history/record_of.hpp"

#include <algorithm>
#include <map>

#include "history/names.hpp"
#include "history/record.hpp"
#include "rootlet/error.hpp"

namespace rootlet::history {
namespace {

/// The architecture that most packages have.
std::string arch_of(const PackageGraph& graph) {
  std::map<std::string, std::size_t> count;
  for (const GraphPackage& one : graph.packages) {
    if (one.nevra.arch != "noarch" && !one.nevra.arch.empty()) ++count[one.nevra.arch];
  }
  const auto most = std::max_element(count.begin(), count.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return most == count.end() ? "noarch" : most->first;
}

}  // namespace

HistoryRecord record_of(const inspect::Target& target, const RecordWords& release) {
  HistoryRecord record;
  record.image = release.image.empty() ? target.image_name : release.image;
  if (!is_image_name(record.image)) {
    throw usage_error("'" + record.image + "' is no name of an image",
                      "give --image NAME: letters, digits and . _ -, beginning with a letter or digit");
  }
  if (!is_label(release.label)) {
    throw usage_error("'" + release.label + "' is no label", "a label is one line of at most 128 bytes");
  }
  if (!is_date(release.date)) {
    throw usage_error("'" + release.date + "' is no date", "write it as 2026-11-22");
  }
  record.label = release.label;
  record.date = release.date;
  record.arch = target.arch.empty() ? arch_of(target.graph) : target.arch;
  record.lock_digest = release.lock_digest;
  if (target.solution) record.download_size = target.solution->download_size();
  if (target.image) {
    record.digest = target.image->digest;
    record.compressed_size = target.image->compressed_size();
  }
  const auto& packages = target.graph.packages;
  record.sizes_kept = !packages.empty() && std::all_of(packages.begin(), packages.end(), [](const GraphPackage& one) {
    return one.kept_size.has_value();
  });
  record.graph = kept_of(target.graph);
  return record;
}

}  // namespace rootlet::history
