#include "layer_plan.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

#include "analysis/advisories.hpp"
#include "analysis/layering.hpp"
#include "analysis/solution.hpp"
#include "base/text.hpp"
#include "root/directory.hpp"
#include "rootlet/audit.hpp"
#include "verify.hpp"

namespace rootlet::make {
namespace {

/// Layers of the entries of a root, by path without the slash in front.
struct PathLayers {
  struct Place {
    std::size_t layer = 0;
    bool again = false;  ///< a directory that is in the last layer, too
  };
  std::unordered_map<std::string, Place> places;
  std::size_t last = 0;
  bool whole = true;  ///< all of the root is in the image; else what is not among the places is of the base

  [[nodiscard]] bool has(const std::string& path, std::size_t layer) const {
    const auto found = places.find(path);
    if (found == places.end()) return whole && layer == last;
    return found->second.layer == layer || (found->second.again && layer == last);
  }
};

/// Packages that a build adds, by their places in the solution, with what was verified of them.
using HeadersById = std::map<PackageId, const rpm::HeaderInfo*>;

HeadersById headers_of(const Solution& solution, const Verified& verified) {
  HeadersById headers;
  const std::vector<PackageId> added = added_packages(solution);
  for (std::size_t i = 0; i < verified.size(); ++i) headers[added.at(i)] = &verified[i].header();
  return headers;
}

/// Paths that packages have, but for those that leave.
std::vector<std::span<const PackageFile>> lists_of(const Solution& solution, const HeadersById& headers) {
  std::vector<std::span<const PackageFile>> lists(solution.packages.size());
  for (const auto& [id, header] : headers) {
    if (!solution.packages.at(index(id)).build_only) lists[index(id)] = header->files;
  }
  return lists;
}

/// All names of a file must be in one layer, or it would be there twice: then it is in the last of theirs.
void join_hard_links(const FileTree& tree, std::vector<std::size_t>& layers) {
  std::unordered_map<std::string_view, std::size_t> joined;
  const auto name_of = [](const TreeFile& file) -> std::string_view {
    return file.first_link.empty() ? file.path : file.first_link;
  };
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (tree.files[i].type != FileType::regular) continue;
    std::size_t& layer = joined[name_of(tree.files[i])];
    layer = std::max(layer, layers[i]);
  }
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (tree.files[i].type == FileType::regular) layers[i] = joined.at(name_of(tree.files[i]));
  }
}

/// Time of a layer: of its newest package's build.
std::int64_t epoch_of(const std::vector<PackageId>& packages, const HeadersById& headers) {
  std::int64_t newest = 0;
  for (const PackageId id : packages) newest = std::max(newest, headers.at(id)->build_time);
  return newest;
}

/// Whether a file is as rpm unpacked it, with the time that its package says, and keeps that time in its layer.
bool is_unpacked(const TreeFile& file, std::int64_t epoch, const image::WriteOptions& times) {
  if (file.type == FileType::directory) return true;
  if (file.mtime >= times.made_from && file.mtime <= times.made_until) return false;
  return file.mtime <= epoch || epoch >= times.source_date_epoch;
}

/// Layers of a tree's files, in its order.
std::vector<std::size_t> layers_of_files(const LayerPlan& plan, const FileTree& tree, const Solution& solution,
                                         const HeadersById& headers, const image::WriteOptions& times) {
  std::vector<std::size_t> layer_of(solution.packages.size(), plan.size());
  std::vector<std::int64_t> epochs;
  for (const std::vector<PackageId>& packages : plan) {
    for (const PackageId id : packages) layer_of.at(index(id)) = epochs.size();
    epochs.push_back(epoch_of(packages, headers));
  }
  const auto owners = analysis::owning_packages(analysis::owners_of(tree, lists_of(solution, headers)));
  std::vector<std::size_t> layers;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    std::size_t layer = plan.size();
    for (const PackageId owner : owners[i]) layer = std::min(layer, layer_of.at(index(owner)));
    if (layer < plan.size() && !is_unpacked(tree.files[i], epochs[layer], times)) layer = plan.size();
    layers.push_back(layer);
  }
  join_hard_links(tree, layers);
  return layers;
}

/// `part`: as for planned_layers().
PathLayers path_layers(const image::TreePart& part, const FileTree& tree, const std::vector<std::size_t>& layers,
                       std::size_t last) {
  PathLayers result;
  result.last = last;
  result.whole = !part.has;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    const std::string path = tree.files[i].path.substr(1);
    const bool directory = tree.files[i].type == FileType::directory;
    if (!part.has) {
      result.places[path] = {layers[i], directory};
    } else if (part.has(path)) {
      result.places[path].layer = layers[i];
      if (directory) result.places[path].again = true;
      // Directories of the base that lead there: the layer has them, with its own time.
      for (std::size_t slash = path.rfind('/'); layers[i] < last && slash != std::string::npos && slash > 0;
           slash = path.rfind('/', slash - 1)) {
        const auto [above, is_new] = result.places.try_emplace(path.substr(0, slash), PathLayers::Place{last, true});
        if (!is_new && above->second.again) break;
        above->second.again = true;
      }
    }
  }
  return result;
}

}  // namespace

std::vector<std::string> names_of(const std::vector<PackageId>& packages, const Solution& solution) {
  std::set<std::string> names;
  for (const PackageId id : packages) {
    const ChosenPackage& chosen = solution.packages.at(index(id));
    if (!chosen.build_only) names.insert(chosen.package.nevra.name);
  }
  return {names.begin(), names.end()};
}

LayerPlan plan_layers(const Recipe& recipe, const Solution& solution, const Verified& verified,
                      const std::vector<LayeredRelease>& releases) {
  if (recipe.layers.at_most < 2) return {};
  const PackageGraph graph = analysis::graph_of(solution, analysis::Part::staying);
  const std::set<PackageId> foundation = analysis::foundation_of(graph);
  const HeadersById headers = headers_of(solution, verified);
  std::vector<PackageId> staying;
  std::vector<analysis::LayerPackage> packages;
  std::size_t place = 0;  // in the graph
  for (std::size_t i = 0; i < solution.packages.size(); ++i) {
    if (solution.packages[i].build_only) continue;
    const bool in_foundation = foundation.contains(package_id(place++));
    const auto found = headers.find(package_id(i));
    if (found == headers.end()) continue;  // of the base
    const rpm::HeaderInfo& header = *found->second;
    packages.push_back({header.nevra.name, analysis::source_package(header.source_rpm).name, header.nevra.evr(),
                        header.kept_size, in_foundation});
    staying.push_back(package_id(i));
  }
  const std::vector<std::size_t> layers = analysis::assign_layers(packages, recipe.layers.at_most - 1, releases);
  LayerPlan plan;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    plan.resize(std::max(plan.size(), layers[i] + 1));
    plan[layers[i]].push_back(staying[i]);
  }
  return plan;
}

std::vector<image::NewLayer> planned_layers(const LayerPlan& plan, const image::TreePart& part, const root::Root& root,
                                            const Solution& solution, const Verified& verified,
                                            const image::WriteOptions& times, Progress& progress) {
  if (plan.empty()) return {image::NewLayer{part}};
  const HeadersById headers = headers_of(solution, verified);
  const FileTree tree = root::read_files(root, root::Contents::none, progress);
  const auto paths = std::make_shared<PathLayers>(
      path_layers(part, tree, layers_of_files(plan, tree, solution, headers, times), plan.size()));
  std::vector<bool> has_entries(plan.size());
  for (const auto& [path, place] : paths->places) {
    if (place.layer < plan.size()) has_entries[place.layer] = true;
  }
  std::vector<image::NewLayer> layers;
  for (std::size_t i = 0; i <= plan.size(); ++i) {
    if (i < plan.size() && !has_entries[i]) continue;
    image::NewLayer& layer = layers.emplace_back();
    layer.part.has = [paths, i](const std::string& path) { return paths->has(path, i); };
    if (i < plan.size()) {
      layer.packages = names_of(plan[i], solution);
      layer.epoch = epoch_of(plan[i], headers);
    } else {
      layer.part.removed = part.removed;
    }
    layer.created_by = created_by(times.name, layer.packages);
  }
  return layers;
}

std::string created_by(const std::string& recipe, const std::vector<std::string>& packages) {
  constexpr std::size_t most = 4;
  if (packages.empty()) return "rootlet build " + recipe + ": what is of no package";
  const std::size_t count = std::min(packages.size(), most);
  const std::vector<std::string> first(packages.begin(), packages.begin() + static_cast<std::ptrdiff_t>(count));
  const std::size_t more = packages.size() - count;
  return "rootlet build " + recipe + ": " + join(first, ", ") +
         (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

}  // namespace rootlet::make
