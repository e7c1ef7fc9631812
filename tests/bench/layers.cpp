// Bytes that a node which has the last release of an image pulls for the next one, by how packages are put into layers.
//   bench_layers <RELEASES
// RELEASES: JSON, [{"label", "packages": [{"name", "source", "version", "size", "download", "requires": [name, …]},
// …]}, …]. A layer's blob counts as much as the packages in it when they are downloaded. Layers of what is of no
// package are pulled with each release by every rule but one layer for all, and are not counted.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/layering.hpp"
#include "base/text.hpp"

namespace {

using namespace rootlet;
using Layers = std::vector<std::size_t>;

struct Release {
  std::string label;
  std::vector<analysis::LayerPackage> packages;
  std::vector<std::uint64_t> download;
};

/// Layers of a release by a rule, which may look at the releases before and the layers that they had.
using Rule = std::function<Layers(const Release&, const std::vector<LayeredRelease>&)>;

std::vector<Release> read_releases(std::istream& in) {
  std::vector<Release> releases;
  for (const auto& json : nlohmann::json::parse(in)) {
    Release& release = releases.emplace_back();
    release.label = json.at("label").get<std::string>();
    PackageGraph graph;
    std::map<std::string, PackageId> ids;
    for (const auto& one : json.at("packages")) {
      ids[one.at("name").get<std::string>()] = package_id(release.packages.size());
      release.packages.push_back({one.at("name").get<std::string>(), one.at("source").get<std::string>(),
                                  one.at("version").get<std::string>(), one.at("size").get<std::uint64_t>()});
      release.download.push_back(one.at("download").get<std::uint64_t>());
      graph.packages.push_back({{release.packages.back().name, 0, "1", "1", "noarch"}});
    }
    for (const auto& one : json.at("packages")) {
      for (const auto& name : one.at("requires")) {
        const PackageId from = ids.at(one.at("name").get<std::string>());
        graph.dependencies.push_back({from, "", EdgeKind::runtime, {}, {ids.at(name.get<std::string>())}});
      }
    }
    std::sort(graph.dependencies.begin(), graph.dependencies.end());
    for (const PackageId id : analysis::foundation_of(graph)) release.packages[index(id)].in_foundation = true;
  }
  return releases;
}

LayeredRelease recorded(const Release& release, const Layers& layers) {
  LayeredRelease record;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    record.packages[release.packages[i].name].insert(release.packages[i].version);
    record.layers.resize(std::max(record.layers.size(), layers[i] + 1));
    record.layers[layers[i]].push_back(release.packages[i].name);
  }
  return record;
}

/// What is in a layer, as its digest would tell.
std::map<std::set<std::string>, std::uint64_t> blobs_of(const Release& release, const Layers& layers) {
  std::map<std::size_t, std::pair<std::set<std::string>, std::uint64_t>> by_layer;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    auto& [content, size] = by_layer[layers[i]];
    content.insert(release.packages[i].name + " " + release.packages[i].version);
    size += release.download[i];
  }
  std::map<std::set<std::string>, std::uint64_t> blobs;
  for (auto& [layer, blob] : by_layer) blobs.insert(std::move(blob));
  return blobs;
}

/// Bytes pulled over all releases after the first.
std::uint64_t replay(const std::vector<Release>& releases, const Rule& rule) {
  std::vector<LayeredRelease> history;
  std::map<std::set<std::string>, std::uint64_t> there;
  std::uint64_t pulled = 0;
  for (const Release& release : releases) {
    const Layers layers = rule(release, history);
    auto blobs = blobs_of(release, layers);
    for (const auto& [content, size] : blobs) {
      if (!there.empty() && !there.contains(content)) pulled += size;
    }
    there = std::move(blobs);
    history.push_back(recorded(release, layers));
  }
  return pulled;
}

/// apko's rule: the sources that are the largest have a layer each, all others one.
Layers by_origin(const Release& release, std::size_t budget) {
  std::map<std::string, std::uint64_t> sizes;
  for (const auto& one : release.packages) sizes[one.source] += one.size;
  std::vector<std::pair<std::string, std::uint64_t>> sorted(sizes.begin(), sizes.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.second > b.second; });
  std::map<std::string, std::size_t> layer_of;
  for (std::size_t i = 0; i < sorted.size(); ++i) layer_of[sorted[i].first] = std::min(i, budget - 1);
  Layers layers;
  for (const auto& one : release.packages) layers.push_back(layer_of.at(one.source));
  return layers;
}

}  // namespace

int main() {
  const std::vector<Release> releases = read_releases(std::cin);
  const Rule one = [](const Release& release, const auto&) { return Layers(release.packages.size()); };
  const std::uint64_t all = replay(releases, one);
  const auto tell = [&](const std::string& what, const Rule& rule) {
    const std::uint64_t pulled = replay(releases, rule);
    fmt::print("{:<32} {:>10}  {:5.1f}%\n", what, human_size(pulled),
               100.0 * static_cast<double>(pulled) / static_cast<double>(std::max<std::uint64_t>(all, 1)));
  };
  fmt::print("{} releases, {} to {}; {} packages in the last\n", releases.size(), releases.front().label,
             releases.back().label, releases.back().packages.size());
  tell("one layer", one);
  for (const std::size_t most : {4, 8, 12, 20, 40}) {
    const std::string with = fmt::format("{:>2} layers: ", most);
    tell(with + "rootlet, with history", [=](const Release& release, const auto& history) {
      return analysis::assign_layers(release.packages, most, history);
    });
    tell(with + "rootlet, no history",
         [=](const Release& release, const auto&) { return analysis::assign_layers(release.packages, most, {}); });
    tell(with + "apko's origin rule", [=](const Release& release, const auto&) { return by_origin(release, most); });
  }
  tell("one layer a package", [](const Release& release, auto&) {
    Layers layers(release.packages.size());
    for (std::size_t i = 0; i < layers.size(); ++i) layers[i] = i;
    return layers;
  });
}
