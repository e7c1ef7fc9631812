#include "fleet_what_if.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "fleet_worker.hpp"
#include "rootlet/error.hpp"

namespace rootlet::verbs {
namespace {

constexpr std::size_t most_told = 8;

/// Names of packages of an image.
std::set<Nevra> packages_of(const analysis::Fleet& fleet, const analysis::FleetImage& image) {
  std::set<Nevra> all;
  for (const analysis::FleetMember& one : image.packages) all.insert(fleet.packages[one.package].nevra);
  return all;
}

/// Names of packages of all recipes.
std::set<std::string> names_in_recipes(const analysis::Fleet& fleet) {
  std::set<std::string> names;
  for (const analysis::FleetImage& image : fleet.images) {
    if (image.kind != kind_of_recipes) continue;
    for (const analysis::FleetMember& one : image.packages) names.insert(fleet.packages[one.package].nevra.name);
  }
  return names;
}

/// Names of packages that meet requirements of those of one name, in recipes.
std::set<std::string> required_by(const std::string& name, const analysis::Fleet& fleet) {
  std::set<std::string> names;
  for (const analysis::FleetImage& image : fleet.images) {
    if (image.kind != kind_of_recipes) continue;
    for (const analysis::FleetMember& one : image.packages) {
      if (fleet.packages[one.package].nevra.name != name) continue;
      for (const std::vector<std::uint32_t>& need : fleet.needs[one.needs]) {
        for (const std::uint32_t package : need) names.insert(fleet.packages[package].nevra.name);
      }
    }
  }
  return names;
}

void require_there(const NamedRequirement& requirement, const analysis::Fleet& fleet) {
  const std::set<std::string> required = required_by(requirement.first, fleet);
  if (required.contains(requirement.second)) return;
  std::vector<std::string> told(required.begin(), required.end());
  const std::string guess = did_you_mean(requirement.second, told);
  if (told.size() > most_told) {
    told.resize(most_told);
    told.emplace_back("…");
  }
  throw usage_error(
      "--what-if: in no recipe's set does '" + requirement.first + "' require anything of '" + requirement.second +
          "'" + guess,
      told.empty() ? "'" + requirement.first + "' requires no other package there" : "it requires " + join(told, ", "));
}

}  // namespace

void require_known(const NamedRequirement& requirement, const analysis::Fleet& fleet) {
  const std::set<std::string> names = names_in_recipes(fleet);
  if (names.empty()) {
    throw usage_error("--what-if: there is no recipe with a set of packages among the workloads",
                      "only recipes are solved again: give some");
  }
  if (names.contains(requirement.first)) return;
  throw usage_error("--what-if: no recipe's set has a package '" + requirement.first + "'" +
                        did_you_mean(requirement.first, std::vector<std::string>(names.begin(), names.end())),
                    "without --what-if the report names those whose requirements cost most");
}

FleetWhatIf what_if(const FleetRequest& asked, const NamedRequirement& requirement, const FleetAnswer& with,
                    Progress& progress) {
  FleetRequest request = asked;
  request.what_if.clear();
  request.costs = false;
  request.open.environment.dropped = {requirement};
  const FleetAnswer without = fleet(request, progress);
  std::map<std::string, const analysis::FleetImage*> by_name;
  for (const analysis::FleetImage& one : without.fleet.images) by_name[one.name] = &one;
  FleetWhatIf found{requirement.first, requirement.second};
  for (const analysis::FleetImage& one : with.fleet.images) {
    if (one.kind != kind_of_recipes) continue;
    const auto again = by_name.find(one.name);
    if (again == by_name.end()) {
      ++found.unsolvable;
      continue;
    }
    ++found.recipes;
    const analysis::FleetImage& other = *again->second;
    if (packages_of(with.fleet, one) != packages_of(without.fleet, other)) ++found.changed;
    found.packages += static_cast<std::int64_t>(one.packages.size()) - static_cast<std::int64_t>(other.packages.size());
    found.bytes += static_cast<std::int64_t>(one.size()) - static_cast<std::int64_t>(other.size());
  }
  if (found.changed == 0 && found.unsolvable == 0) require_there(requirement, with.fleet);
  return found;
}

}  // namespace rootlet::verbs
