#include "analysis/fleet.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace rootlet::analysis {
namespace {

bool brings_in(EdgeKind kind) {
  return class_of(kind) == KindClass::runtime || class_of(kind) == KindClass::scriptlet || kind == EdgeKind::stated;
}

void add_sonames(const PackageGraph& graph, std::vector<FleetPackage>& packages) {
  std::vector<std::set<std::string>> found(packages.size());
  const auto note = [&](std::size_t place, std::string_view capability) {
    std::string soname = soname_of(capability);
    if (!soname.empty()) found[place].insert(std::move(soname));
  };
  for (std::size_t i = 0; i < packages.size(); ++i) {
    for (const std::string& offer : graph.packages[i].offers) note(i, offer);
  }
  for (const Dependency& one : graph.dependencies) {
    if (one.providers.size() == 1) note(index(one.providers.front()), one.capability);
  }
  for (std::size_t i = 0; i < packages.size(); ++i) packages[i].sonames.assign(found[i].begin(), found[i].end());
}

void sort_once(FleetNeeds& needs) {
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
}

/// How many images have each package.
std::vector<std::uint32_t> counts_of(const Fleet& fleet) {
  std::vector<std::uint32_t> counts(fleet.packages.size());
  for (const FleetImage& image : fleet.images) {
    for (const FleetMember& member : image.packages) ++counts[member.package];
  }
  return counts;
}

/// Whether an image has all layers of another one, and more on top.
bool is_on_layers(const FleetImage& image, const FleetImage& base) {
  if (base.layers.empty() || image.layers.size() <= base.layers.size()) return false;
  return std::equal(base.layers.begin(), base.layers.end(), image.layers.begin(),
                    [](const FleetLayer& a, const FleetLayer& b) { return a.digest == b.digest; });
}

bool has_base_packages_of(const FleetImage& image, const FleetImage& base) {
  std::vector<std::uint32_t> known;
  for (const FleetMember& member : image.packages) {
    if (member.in_base) known.push_back(member.package);
  }
  return !known.empty() && std::equal(known.begin(), known.end(), base.packages.begin(), base.packages.end(),
                                      [](std::uint32_t a, const FleetMember& b) { return a == b.package; });
}

}  // namespace

std::uint64_t FleetImage::size() const noexcept {
  std::uint64_t all = 0;
  for (const FleetMember& one : packages) all += one.size;
  return all;
}

std::string soname_of(std::string_view capability) {
  const std::string_view name = capability.substr(0, capability.find_first_of("( "));
  const auto so = name.find(".so");
  if (!name.starts_with("lib") || so == std::string_view::npos) return {};
  const std::string_view after = name.substr(so + 3);
  return after.empty() || after.front() == '.' ? std::string(name) : std::string();
}

FleetFacts fleet_facts(const PackageGraph& graph, const std::vector<Nevra>& sources) {
  FleetFacts facts;
  facts.in_base.resize(graph.packages.size());
  facts.needs.resize(graph.packages.size());
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    FleetPackage& one = facts.packages.emplace_back();
    one.nevra = graph.packages[i].nevra;
    one.size = graph.packages[i].size();
    if (i < sources.size() && !sources[i].name.empty()) {
      one.source = sources[i].name;
      one.source_version = sources[i].version + "-" + sources[i].release;
    }
  }
  add_sonames(graph, facts.packages);
  for (const Root& root : graph.roots) {
    if (root.kind != Root::Kind::base) continue;
    for (const PackageId id : root.packages) facts.in_base[index(id)] = true;
  }
  for (const Dependency& one : graph.dependencies) {
    if (!brings_in(one.kind) || one.providers.empty()) continue;
    std::vector<std::uint32_t> providers;
    for (const PackageId id : one.providers) providers.push_back(static_cast<std::uint32_t>(index(id)));
    std::sort(providers.begin(), providers.end());
    if (std::binary_search(providers.begin(), providers.end(), static_cast<std::uint32_t>(index(one.from)))) continue;
    facts.needs[index(one.from)].push_back(std::move(providers));
  }
  for (FleetNeeds& needs : facts.needs) sort_once(needs);
  return facts;
}

std::uint32_t FleetMaker::place_of(FleetPackage package) {
  const auto fresh = static_cast<std::uint32_t>(fleet_.packages.size());
  const auto [found, is_new] = packages_.emplace(package.nevra, fresh);
  if (is_new) {
    fleet_.packages.push_back(std::move(package));
    return fresh;
  }
  FleetPackage& known = fleet_.packages[found->second];
  known.size = std::max(known.size, package.size);
  if (known.source.empty()) {
    known.source = std::move(package.source);
    known.source_version = std::move(package.source_version);
  }
  if (package.sonames.size() > known.sonames.size()) known.sonames = std::move(package.sonames);
  return found->second;
}

void FleetMaker::add(FleetFacts facts) {
  std::vector<std::uint32_t> places;
  std::vector<std::uint64_t> sizes;
  for (FleetPackage& one : facts.packages) {
    sizes.push_back(one.size);
    places.push_back(place_of(std::move(one)));
  }
  std::map<std::uint32_t, FleetMember> members;  // a damaged database may list one twice
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::vector<std::uint32_t>& providers : facts.needs[i]) {
      for (std::uint32_t& one : providers) one = places.at(one);
      std::sort(providers.begin(), providers.end());
    }
    sort_once(facts.needs[i]);
    const auto [known, is_new] =
        needs_.emplace(std::move(facts.needs[i]), static_cast<std::uint32_t>(fleet_.needs.size()));
    if (is_new) fleet_.needs.push_back(known->first);
    FleetMember& member =
        members.try_emplace(places[i], FleetMember{places[i], 0, false, known->second, 0}).first->second;
    member.size += sizes[i];
    member.in_base = member.in_base || facts.in_base[i];
    if (!facts.retained.empty()) member.retained += facts.retained[i];
  }
  for (const auto& [place, member] : members) facts.image.packages.push_back(member);
  for (FleetRequirement& one : facts.image.requirements) {
    one.from = places.at(one.from);
    one.to = places.at(one.to);
  }
  fleet_.images.push_back(std::move(facts.image));
}

FleetBytes fleet_bytes(const Fleet& fleet) {
  FleetBytes bytes;
  const std::vector<std::uint32_t> counts = counts_of(fleet);
  std::vector<std::uint64_t> most(fleet.packages.size());
  for (const FleetImage& image : fleet.images) {
    for (const FleetMember& member : image.packages) {
      bytes.all += member.size;
      most[member.package] = std::max(most[member.package], member.size);
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    ++bytes.packages;
    (counts[i] == 1 ? bytes.alone : bytes.common) += most[i];
    if (counts[i] > 1) ++bytes.common_packages;
  }
  return bytes;
}

std::vector<std::uint64_t> bytes_alone(const Fleet& fleet) {
  const std::vector<std::uint32_t> counts = counts_of(fleet);
  std::vector<std::uint64_t> alone;
  for (const FleetImage& image : fleet.images) {
    std::uint64_t& own = alone.emplace_back();
    for (const FleetMember& member : image.packages) {
      if (counts[member.package] == 1) own += member.size;
    }
  }
  return alone;
}

FleetLayerBytes fleet_layer_bytes(const Fleet& fleet) {
  FleetLayerBytes bytes;
  std::map<std::string, std::pair<std::uint64_t, std::size_t>> known;  // size, and how many images have it
  for (const FleetImage& image : fleet.images) {
    if (image.layers.empty()) continue;
    ++bytes.images;
    std::set<std::string> own;
    for (const FleetLayer& layer : image.layers) {
      if (!own.insert(layer.digest).second) continue;
      bytes.all += layer.size;
      auto& [size, images] = known[layer.digest];
      size = layer.size;
      ++images;
    }
  }
  for (const auto& [digest, one] : known) {
    bytes.once += one.first;
    if (one.second > 1) ++bytes.common;
  }
  bytes.layers = known.size();
  return bytes;
}

std::vector<FleetBase> fleet_bases(const Fleet& fleet) {
  std::vector<FleetBase> bases;
  for (std::size_t b = 0; b < fleet.images.size(); ++b) {
    const FleetImage& base = fleet.images[b];
    FleetBase one{static_cast<std::uint32_t>(b), {}};
    for (std::size_t i = 0; i < fleet.images.size(); ++i) {
      const FleetImage& image = fleet.images[i];
      if (i == b) continue;
      const bool named = !image.base.empty() && image.base == base.place;
      if (named || is_on_layers(image, base) || has_base_packages_of(image, base)) {
        one.on_it.push_back(static_cast<std::uint32_t>(i));
      }
    }
    if (base.is_base || !one.on_it.empty()) bases.push_back(std::move(one));
  }
  return bases;
}

}  // namespace rootlet::analysis
