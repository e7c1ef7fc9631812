#include "layering.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <tuple>

namespace rootlet::analysis {
namespace {

/// Steps between recorded releases that are looked at: the last ones.
constexpr std::size_t most_releases = 64;

/// Packages of one source: what is updated together.
struct LayerUnit {
  std::string name;
  std::set<std::string> packages;
  std::uint64_t size = 0;
  std::uint64_t steps = 0;  ///< a bit for each step between releases in which it changed
  bool in_foundation = false;

  /// Bytes as a power of two, in KiB: what is smaller counts as one.
  [[nodiscard]] std::uint64_t weight() const { return std::bit_floor(std::max<std::uint64_t>(size >> 10U, 1)); }
  /// UnitPlace among the others: what belongs together is side by side.
  [[nodiscard]] auto rank() const {
    return std::tuple(!in_foundation, std::popcount(steps), steps, ~weight(), std::string_view(name));
  }
};

/// A unit's place among all.
using UnitPlace = std::size_t;
/// Units of a layer.
using LayerUnits = std::vector<UnitPlace>;

/// Bytes to pull of units in one layer: in each recorded step with a change of one of them all, and as much of two more
/// steps as is likely, where each changes with a chance of 1/16. In units of 2^-16 KiB; whole numbers, since floating
/// point is not the same everywhere.
class PullCost {
 public:
  void add(const LayerUnit& unit) {
    weight_ += unit.weight();
    steps_ |= unit.steps;
    unchanged_ -= unchanged_ / 16;
  }
  [[nodiscard]] std::uint64_t all() const {
    return weight_ * (static_cast<std::uint64_t>(std::popcount(steps_)) * certain + 2 * (certain - unchanged_));
  }
  /// In recorded steps alone, in KiB.
  [[nodiscard]] std::uint64_t recorded() const { return weight_ * static_cast<std::uint64_t>(std::popcount(steps_)); }

 private:
  static constexpr std::uint64_t certain = 1U << 16U;
  std::uint64_t weight_ = 0, steps_ = 0, unchanged_ = certain;
};

class LayerAssignment {
 public:
  LayerAssignment(std::vector<LayerUnit> units, std::size_t at_most)
      : units_(std::move(units)), at_most_(std::max<std::size_t>(at_most, 1)) {}

  [[nodiscard]] std::vector<LayerUnits> anew() const {
    std::vector<LayerUnits> groups(1);
    LayerUnits others;
    for (UnitPlace place = 0; place < units_.size(); ++place) {
      (units_[place].in_foundation && at_most_ > 1 ? groups.front() : others).push_back(place);
    }
    if (groups.front().empty()) groups.clear();
    if (!others.empty()) groups.push_back(std::move(others));
    split(groups);
    std::stable_sort(groups.begin(), groups.end(),
                     [&](const LayerUnits& a, const LayerUnits& b) { return rank(a) < rank(b); });
    return groups;
  }

  /// With the layers of a release. Nothing: it has no packages of these, or too many layers.
  [[nodiscard]] std::optional<std::vector<LayerUnits>> kept(const std::vector<std::vector<std::string>>& layers) const {
    std::map<std::string, std::size_t> layer_of;
    for (std::size_t i = layers.size(); i-- > 0;) {
      for (const std::string& name : layers[i]) layer_of[name] = i;
    }
    std::vector<LayerUnits> all(layers.size());
    LayerUnits fresh;
    for (UnitPlace place = 0; place < units_.size(); ++place) {
      std::optional<std::size_t> known;
      for (const std::string& name : units_[place].packages) {
        const auto found = layer_of.find(name);
        if (found != layer_of.end()) known = std::min(known.value_or(found->second), found->second);
      }
      known ? all[*known].push_back(place) : fresh.push_back(place);
    }
    std::vector<LayerUnits> groups;
    std::copy_if(all.begin(), all.end(), std::back_inserter(groups),
                 [](const LayerUnits& one) { return !one.empty(); });
    if (groups.empty() || groups.size() > at_most_) return std::nullopt;
    for (const UnitPlace place : fresh) add(place, groups);
    split(groups);
    return groups;
  }

  [[nodiscard]] std::uint64_t recorded_cost(const std::vector<LayerUnits>& groups) const {
    std::uint64_t sum = 0;
    for (const LayerUnits& group : groups) sum += cost(group).recorded();
    return sum;
  }

  [[nodiscard]] std::uint64_t weight() const {
    std::uint64_t sum = 0;
    for (const LayerUnit& unit : units_) sum += unit.weight();
    return sum;
  }

 private:
  [[nodiscard]] PullCost cost(const LayerUnits& group) const {
    PullCost cost;
    for (const UnitPlace place : group) cost.add(units_[place]);
    return cost;
  }

  /// The most stable layers first: they go below, where a change makes all above anew for who unpacks them.
  [[nodiscard]] std::tuple<bool, int, std::size_t, UnitPlace> rank(const LayerUnits& group) const {
    std::uint64_t steps = 0;
    for (const UnitPlace place : group) steps |= units_[place].steps;
    return {!units_[group.front()].in_foundation, std::popcount(steps), group.size(), group.front()};
  }

  /// Puts a unit that is new where it costs least.
  void add(UnitPlace place, std::vector<LayerUnits>& groups) const {
    if (units_[place].in_foundation) {
      for (LayerUnits& group : groups) {
        if (units_[group.front()].in_foundation) return group.push_back(place);
      }
    }
    if (groups.size() < at_most_) {
      groups.push_back({place});
      return;
    }
    LayerUnits* best = nullptr;
    std::uint64_t least = 0;
    for (LayerUnits& group : groups) {
      PullCost with = cost(group);
      const std::uint64_t before = with.all();
      with.add(units_[place]);
      const std::uint64_t more = with.all() - before;
      if (best != nullptr && more >= least) continue;
      best = &group;
      least = more;
    }
    best->push_back(place);
  }

  /// A place to cut a group at, and what that saves.
  struct LayerCut {
    std::size_t at = 0;  ///< 0: it cannot be cut
    std::uint64_t saved = 0;
  };

  /// The best cut of a group in order.
  [[nodiscard]] LayerCut best_cut(const LayerUnits& group) const {
    std::vector<std::uint64_t> below(group.size());
    PullCost part;
    for (std::size_t i = 0; i < group.size(); ++i) {
      below[i] = part.all();
      part.add(units_[group[i]]);
    }
    const std::uint64_t whole = part.all();
    LayerCut best;
    PullCost above;
    for (std::size_t i = group.size(); i-- > 1;) {
      above.add(units_[group[i]]);
      if (units_[group[i]].in_foundation) break;
      const std::uint64_t parts = below[i] + above.all();
      const std::uint64_t saved = whole > parts ? whole - parts : 0;
      if (best.at == 0 || saved >= best.saved) best = {i, saved};
    }
    return best;
  }

  /// Splits groups until there are as many as there may be.
  void split(std::vector<LayerUnits>& groups) const {
    std::vector<LayerCut> cuts;
    for (LayerUnits& group : groups) {
      std::sort(group.begin(), group.end(),
                [&](UnitPlace a, UnitPlace b) { return units_[a].rank() < units_[b].rank(); });
      cuts.push_back(best_cut(group));
    }
    while (groups.size() < at_most_) {
      std::size_t best = cuts.size();
      for (std::size_t i = 0; i < cuts.size(); ++i) {
        if (cuts[i].at != 0 && (best == cuts.size() || cuts[i].saved > cuts[best].saved)) best = i;
      }
      if (best == cuts.size()) return;
      const auto at = groups[best].begin() + static_cast<std::ptrdiff_t>(cuts[best].at);
      LayerUnits upper(at, groups[best].end());
      groups[best].erase(at, groups[best].end());
      cuts[best] = best_cut(groups[best]);
      const auto next = static_cast<std::ptrdiff_t>(best) + 1;
      cuts.insert(cuts.begin() + next, best_cut(upper));
      groups.insert(groups.begin() + next, std::move(upper));
    }
  }

  std::vector<LayerUnit> units_;  // by name
  std::size_t at_most_;
};

/// Traits that make packages one unit: their source, and whether they are of the foundation, which has no others, so
/// that other images have the same.
using UnitKey = std::pair<std::string, bool>;

UnitKey unit_key(const LayerPackage& package) {
  return {package.source.empty() ? package.name : package.source, package.in_foundation};
}

/// The set as it is now, as a release.
LayeredRelease layered_release_of(const std::vector<LayerPackage>& packages) {
  LayeredRelease release;
  for (const LayerPackage& one : packages) release.packages[one.name].insert(one.version);
  return release;
}

/// Notes in which steps from release to release each unit changed.
void note_steps(std::vector<LayerUnit>& units, std::vector<LayeredRelease> releases) {
  std::size_t step = 0;
  for (std::size_t i = releases.size() - 1; i > 0 && step < most_releases; --i) {
    const auto& before = releases[i - 1].packages;
    const auto& after = releases[i].packages;
    if (before == after) continue;
    for (LayerUnit& unit : units) {
      const bool changed = std::any_of(unit.packages.begin(), unit.packages.end(), [&](const std::string& name) {
        const auto now = after.find(name);
        const auto then = before.find(name);
        return now != after.end() && then != before.end() && now->second != then->second;
      });
      if (changed) unit.steps |= std::uint64_t{1} << step;
    }
    ++step;
  }
}

std::vector<LayerUnit> units_of(const std::vector<LayerPackage>& packages, std::vector<LayeredRelease> releases) {
  std::map<UnitKey, LayerUnit> by_name;
  for (const LayerPackage& package : packages) {
    LayerUnit& unit = by_name[unit_key(package)];
    unit.name = unit_key(package).first;
    unit.packages.insert(package.name);
    unit.size += package.size;
    unit.in_foundation = package.in_foundation;
  }
  std::vector<LayerUnit> units;
  for (auto& [key, unit] : by_name) units.push_back(std::move(unit));
  releases.push_back(layered_release_of(packages));
  note_steps(units, std::move(releases));
  return units;
}

}  // namespace

std::set<PackageId> foundation_of(const PackageGraph& graph) {
  std::vector<std::set<PackageId>> required_by(graph.packages.size());
  const auto each = [&](PackageId from, const auto& visit) {
    for (const Dependency& one : graph.dependencies_of(from)) {
      if (class_of(one.kind) != KindClass::runtime) continue;
      for (const PackageId provider : one.providers) visit(provider);
    }
  };
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    each(package_id(i), [&](PackageId provider) { required_by[index(provider)].insert(package_id(i)); });
  }
  const auto most = std::max_element(required_by.begin(), required_by.end(),
                                     [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (most == required_by.end() || most->empty()) return {};
  std::vector<PackageId> open{package_id(static_cast<std::size_t>(most - required_by.begin()))};
  std::set<PackageId> found(open.begin(), open.end());
  while (!open.empty()) {
    const PackageId from = open.back();
    open.pop_back();
    each(from, [&](PackageId provider) {
      if (found.insert(provider).second) open.push_back(provider);
    });
  }
  return found;
}

std::optional<std::uint64_t> bytes_to_pull(const std::vector<LayerBlob>& before, const std::vector<LayerBlob>& after) {
  if (before.empty() || after.empty()) return std::nullopt;
  std::set<std::string> there;
  for (const LayerBlob& one : before) there.insert(one.digest);
  std::uint64_t bytes = 0;
  for (const LayerBlob& one : after) {
    if (there.insert(one.digest).second) bytes += one.size;
  }
  return bytes;
}

std::vector<std::size_t> assign_layers(const std::vector<LayerPackage>& packages, std::size_t at_most,
                                       const std::vector<LayeredRelease>& releases) {
  if (packages.empty()) return {};
  std::vector<LayerUnit> units = units_of(packages, releases);
  std::map<UnitKey, std::size_t> place_of;
  for (const LayerUnit& unit : units) place_of.emplace(UnitKey{unit.name, unit.in_foundation}, place_of.size());
  const LayerAssignment assignment(std::move(units), at_most);
  std::vector<LayerUnits> groups = assignment.anew();
  const auto last =
      std::find_if(releases.rbegin(), releases.rend(), [](const LayeredRelease& one) { return !one.layers.empty(); });
  if (last != releases.rend()) {
    auto kept = assignment.kept(last->layers);
    const std::uint64_t saved_by_moving = assignment.recorded_cost(groups) + assignment.weight();
    if (kept && assignment.recorded_cost(*kept) <= saved_by_moving) groups = std::move(*kept);
  }
  std::vector<std::size_t> layer_of_unit(place_of.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const UnitPlace place : groups[i]) layer_of_unit[place] = i;
  }
  std::vector<std::size_t> layers;
  for (const LayerPackage& package : packages) layers.push_back(layer_of_unit[place_of.at(unit_key(package))]);
  return layers;
}

}  // namespace rootlet::analysis
