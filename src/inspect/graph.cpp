#include "graph.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/roots.hpp"

namespace rootlet::inspect {
namespace {

std::vector<std::string> offers_of(const InstalledPackage& package) {
  std::vector<std::string> offers = package.provides;
  for (const PackageFile& file : package.files) offers.push_back(file.path);
  std::sort(offers.begin(), offers.end());
  return offers;
}

}  // namespace

std::vector<ModuleStream> streams_of(const std::vector<std::string>& builds) {
  std::vector<ModuleStream> streams;
  for (std::string_view rest : builds) {
    std::array<std::string_view, 2> parts;  // name, stream; version and context follow
    for (std::string_view& part : parts) {
      part = rest.substr(0, rest.find(':'));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    }
    // Each build of a stream has a context of its own: that of what is installed says nothing of a later fix.
    streams.push_back({std::string(parts[0]), std::string(parts[1]), {}});
  }
  std::sort(streams.begin(), streams.end());
  streams.erase(std::unique(streams.begin(), streams.end()), streams.end());
  return streams;
}

PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<installed::InstallRecord>& record) {
  PackageGraph graph;
  std::vector<PackageId> asked_for;
  for (const InstalledPackage& package : set.packages) {
    const PackageId id{static_cast<std::uint32_t>(graph.packages.size())};
    graph.packages.push_back({package.nevra, package.installed_size, std::nullopt, package.obsoletes,
                              offers_of(package), package.kept_size});
    if (record && record->reason(package.nevra) != installed::InstallReason::dependency) asked_for.push_back(id);
  }
  graph.dependencies = set.dependencies;
  graph.idle = set.idle;
  graph.clashes = set.clashes;
  graph.roots = asked_for.empty() ? analysis::unrequired(graph) : analysis::user_installed(graph, asked_for);
  analysis::sort_roots(graph.roots);
  return graph;
}

PackageGraph graph_of(const std::vector<InstalledPackage>& packages) {
  PackageGraph graph;
  for (const InstalledPackage& package : packages)
    graph.packages.push_back({package.nevra, package.installed_size, std::nullopt, package.obsoletes,
                              offers_of(package), package.kept_size});
  graph.roots = analysis::unrequired(graph);
  analysis::sort_roots(graph.roots);
  graph.dependencies_known = false;
  return graph;
}

}  // namespace rootlet::inspect
