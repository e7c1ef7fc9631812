#include <algorithm>
#include <iterator>

#include "analysis/find.hpp"
#include "analysis/solution.hpp"
#include "base/text.hpp"
#include "model/image_config.hpp"
#include "rootlet/error.hpp"
#include "rootlet/verbs.hpp"
#include "rpm/version.hpp"

namespace rootlet::verbs {
namespace {

std::vector<PackageId> packages_named(const PackageGraph& graph, const std::string& what, const std::string& target) {
  return analysis::packages_named(graph, what, target, rpm::compare_versions);
}

/// Name of what lists the packages of a target without dependencies.
std::string list_of(const inspect::Target& target) {
  if (target.form == inspect::Form::sbom) return "it";
  return target.sbom ? "its SBOM" : "its package manifest";
}

/// Whether it has what a capability's provider is asked for by path alone.
bool names_files(const std::string& what) {
  return what.starts_with('/') && what.find_first_of("*?[ ") == std::string::npos;
}

/// Of an image, by what it starts; where that is not known, by whatever else is there.
std::optional<WhyFile> why_file(const inspect::Target& target, const std::string& what, const TouchedFiles* trace) {
  if (!names_files(what) || !target.files || !target.content) return std::nullopt;
  const FileTree& tree = *target.files;
  const PathWalk way = tree.way(what, false);
  if (way.end != PathWalk::End::there || way.file == nullptr) return std::nullopt;
  analysis::NeededRequest request;
  const auto add = [&](std::vector<analysis::NeededRoot> roots) {
    std::move(roots.begin(), roots.end(), std::back_inserter(request.roots));
  };
  if (target.image) {
    request.env = variables_of(*target.image);
    add(analysis::roots_of_command(tree, target.image->entrypoint, request.env, "the image's entrypoint"));
    add(analysis::roots_of_command(tree, target.image->cmd, request.env, "the image's cmd"));
  }
  for (const Dependency& one : target.graph.dependencies) {
    if (one.kind == EdgeKind::runtime && one.capability.starts_with('/')) {
      request.required[one.from].push_back(one.capability);
    }
  }
  const bool starts = !request.roots.empty();
  add(analysis::roots_of_system(tree));
  for (const TreeFile& file : tree.files) request.may_go.push_back(starts || file.path == way.file->path);
  const auto owners = analysis::owners_of(tree, target.installed);
  WhyFile answer{way.file->path, {}, trace != nullptr};
  answer.steps = analysis::way_to(analysis::needed_files(tree, owners, request, target.content), answer.path);
  if (trace == nullptr) return answer;
  if (const auto found = trace->find(answer.path); found != trace->end()) answer.touched = found->second;
  if (answer.steps.empty()) {
    add(analysis::roots_of_trace(*trace));
    answer.steps = analysis::way_to(analysis::needed_files(tree, owners, request, target.content), answer.path);
  }
  return answer;
}

}  // namespace

WhyAnswer why(const inspect::Target& target, const std::string& what, const analysis::ChainOptions& options,
              const TouchedFiles* trace) {
  WhyAnswer answer;
  answer.file = why_file(target, what, trace);
  if (trace != nullptr && !answer.file) {
    throw usage_error("a trace says something of files alone, and " + target.name + " has none at '" + what + "'",
                      "name the path of a file in an image, archive or root directory");
  }
  if (answer.file && analysis::find_packages(target.graph, what, rpm::compare_versions).empty()) return answer;
  answer.build_only = target.build_graph && analysis::find_packages(target.graph, what, rpm::compare_versions).empty();
  const PackageGraph& graph = answer.build_only ? *target.build_graph : target.graph;
  const std::vector<PackageId> found = packages_named(graph, what, target.name);
  if (!graph.dependencies_known) {
    throw Error(target.name + ": " + list_of(target) + " says nothing of dependencies",
                "an image with an RPM database, or the recipe it was built from, can tell why a package is there");
  }
  std::vector<std::vector<Alternative>> others(graph.packages.size());
  if (target.solution) {
    const auto part = answer.build_only ? analysis::Part::whole : analysis::Part::staying;
    others = analysis::alternatives_of(*target.solution, part);
  }
  for (const PackageId package : found) {
    answer.packages.push_back(analysis::why(graph, package, options));
    answer.alternatives.push_back(others.at(index(package)));
  }
  return answer;
}

std::vector<std::vector<analysis::TreeLine>> trees(const inspect::Target& target, const TreeRequest& request) {
  if (request.invert.empty()) return {analysis::tree(target.graph, {std::nullopt, request.depth, request.kinds})};
  std::vector<std::vector<analysis::TreeLine>> result;
  for (const PackageId start : packages_named(target.graph, request.invert, target.name)) {
    result.push_back(analysis::tree(target.graph, {start, request.depth, request.kinds}));
  }
  return result;
}

analysis::Remainder without(const inspect::Target& target, const std::vector<std::string>& names, const Kinds& kinds) {
  std::vector<PackageId> gone;
  for (const std::string& name : names) {
    const std::vector<PackageId> found = packages_named(target.graph, name, target.name);
    gone.insert(gone.end(), found.begin(), found.end());
  }
  return analysis::without(target.graph, gone, kinds);
}

analysis::ViewOptions focused(const inspect::Target& target, const std::string& focus, analysis::ViewOptions options) {
  if (!target.graph.dependencies_known) {
    throw Error(target.name + ": " + list_of(target) + " says nothing of dependencies, so there is no graph",
                "an image with an RPM database, or the recipe it was built from, has one");
  }
  if (focus.empty()) return options;
  const std::vector<PackageId> found = packages_named(target.graph, focus, target.name);
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const PackageId id : found) names.push_back(target.graph.at(id).nevra.str());
    throw usage_error(target.name + ": '" + focus + "' is several packages: " + join(names, ", "),
                      "give --focus one of them");
  }
  options.focus = found.front();
  return options;
}

}  // namespace rootlet::verbs
