#include "rootlet/analysis.hpp"

#include <algorithm>
#include <map>

namespace rootlet::analysis {
namespace {

/// From each package to those below it, with the kinds of the dependencies between the two.
using Below = std::vector<std::map<PackageId, std::vector<EdgeKind>>>;

Below below(const PackageGraph& graph, const TreeOptions& options) {
  Below lists(graph.packages.size());
  for (const Dependency& dependency : graph.dependencies) {
    if (!options.kinds.has(dependency.kind)) continue;
    for (const PackageId provider : dependency.providers) {
      const PackageId above = options.invert ? provider : dependency.from;
      auto& kinds = lists[index(above)][options.invert ? dependency.from : provider];
      const auto place = std::lower_bound(kinds.begin(), kinds.end(), dependency.kind);
      if (place == kinds.end() || *place != dependency.kind) kinds.insert(place, dependency.kind);
    }
  }
  return lists;
}

class Writer {
 public:
  Writer(const PackageGraph& graph, const TreeOptions& options)
      : graph_(graph), options_(options), below_(below(graph, options)), shown_(graph.packages.size()) {
    if (!options.invert) return;
    named_by_.resize(graph.packages.size());
    for (std::size_t r = 0; r < graph.roots.size(); ++r) {
      for (const PackageId package : graph.roots[r].packages) named_by_[index(package)].push_back(r);
    }
  }

  std::vector<TreeLine> write() {
    if (options_.invert) {
      pending_.push_back({.package = *options_.invert});
    } else {
      for (std::size_t r = graph_.roots.size(); r-- > 0;) pending_.push_back({.root = r});
    }
    while (!pending_.empty()) {
      TreeLine line = std::move(pending_.back());
      pending_.pop_back();
      unfold(line);
      lines_.push_back(std::move(line));
    }
    return std::move(lines_);
  }

 private:
  void unfold(TreeLine& line) {
    std::vector<TreeLine> next;
    if (line.package) {
      for (const auto& [package, kinds] : below_[index(*line.package)]) {
        next.push_back({.package = package, .kinds = kinds});
      }
      if (options_.invert) {
        for (const std::size_t r : named_by_[index(*line.package)]) next.push_back({.root = r});
      }
      line.repeated = !next.empty() && shown_[index(*line.package)];
    } else if (!options_.invert) {
      for (const PackageId package : graph_.roots[*line.root].packages) next.push_back({.package = package});
    }
    if (next.empty() || line.repeated || (options_.depth && line.level >= *options_.depth)) return;
    if (line.package) shown_[index(*line.package)] = true;
    for (TreeLine& each : next) each.level = line.level + 1;
    next.back().last = true;
    // The first of them comes off the stack first.
    pending_.insert(pending_.end(), std::make_move_iterator(next.rbegin()), std::make_move_iterator(next.rend()));
  }

  const PackageGraph& graph_;
  const TreeOptions& options_;
  Below below_;
  std::vector<bool> shown_;
  std::vector<std::vector<std::size_t>> named_by_;  // by package; only where inverted
  std::vector<TreeLine> pending_;                   // the next one is at the end
  std::vector<TreeLine> lines_;
};

}  // namespace

std::vector<TreeLine> tree(const PackageGraph& graph, const TreeOptions& options) {
  return Writer(graph, options).write();
}

}  // namespace rootlet::analysis
