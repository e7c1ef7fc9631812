#include "analysis/ladder.hpp"

#include <algorithm>
#include <map>

namespace rootlet::analysis {
namespace {

/// Sizes by package, of those that stay.
using Weights = std::map<Nevra, std::uint64_t>;

Weights weights_of(const RungSet& set, bool files_known) {
  Weights weights;
  for (const ChosenPackage& chosen : set.solution.packages) {
    if (chosen.build_only) continue;
    const Package& package = chosen.package;
    weights[package.nevra] = set.asked.docs || !files_known ? package.installed_size : package.size();
  }
  return weights;
}

/// Whether headers tell of each package that stays without documentation what it takes.
bool headers_tell(const std::vector<RungSet>& sets) {
  return std::all_of(sets.begin(), sets.end(), [](const RungSet& set) {
    const auto& packages = set.solution.packages;
    return set.asked.docs || std::all_of(packages.begin(), packages.end(), [](const ChosenPackage& chosen) {
             return chosen.build_only || chosen.package.kept_size.has_value();
           });
  });
}

std::vector<WeighedPackage> missing_in(const Weights& weights, const Weights& others) {
  std::vector<WeighedPackage> missing;
  for (const auto& [nevra, size] : weights) {
    if (!others.contains(nevra)) missing.push_back({nevra, size});
  }
  std::sort(missing.begin(), missing.end(), [](const WeighedPackage& a, const WeighedPackage& b) {
    return a.size != b.size ? a.size > b.size : comes_first_as_text(a.nevra, b.nevra);
  });
  return missing;
}

/// Bytes that packages of both weigh less in the lower one.
std::uint64_t lighter_by(const Weights& above, const Weights& below) {
  std::uint64_t bytes = 0;
  for (const auto& [nevra, size] : below) {
    const auto before = above.find(nevra);
    if (before != above.end()) bytes += before->second - std::min(before->second, size);
  }
  return bytes;
}

Rung rung_of(const RungSet& set, const Weights& weights) {
  Rung rung{.kind = set.kind, .asked = set.asked, .own = set.own};
  rung.packages = weights.size();
  for (const auto& [nevra, size] : weights) rung.size += size;
  rung.download_size = set.solution.download_size();
  rung.optimality = set.solution.optimality;
  return rung;
}

/// The lowest rung, of the last set: what files of certain classes take, at the most.
void add_trimmed(Ladder& ladder, const RungSet& set) {
  if (!ladder.files_known || set.removable.empty()) return;
  Rung rung = ladder.rungs.back();
  rung.kind = RungKind::trim_unneeded;
  rung.asked.trim = Trim::unneeded;
  rung.own = set.own_trimmed;
  rung.left.clear();
  rung.added.clear();
  rung.files_left = 0;
  rung.trimmed = set.removable;
  for (const ClassTotals& one : set.removable) rung.size -= std::min(rung.size, one.size);
  ladder.rungs.push_back(std::move(rung));
}

}  // namespace

Ladder ladder_of(const std::vector<RungSet>& sets) {
  Ladder ladder;
  ladder.files_known = headers_tell(sets);
  Weights above;
  for (const RungSet& set : sets) {
    Weights weights = weights_of(set, ladder.files_known);
    Rung rung = rung_of(set, weights);
    if (!ladder.rungs.empty()) {
      rung.left = missing_in(above, weights);
      rung.added = missing_in(weights, above);
      rung.files_left = lighter_by(above, weights);
    }
    ladder.rungs.push_back(std::move(rung));
    above = std::move(weights);
  }
  if (!sets.empty()) add_trimmed(ladder, sets.back());
  return ladder;
}

}  // namespace rootlet::analysis
