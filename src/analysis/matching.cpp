#include "matching.hpp"

#include <algorithm>

namespace rootlet::analysis {
namespace {

std::map<std::string, std::vector<PackageId>> by_name(const PackageGraph& graph) {
  std::map<std::string, std::vector<PackageId>> names;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) names[graph.packages[i].nevra.name].push_back(PackageId{i});
  return names;
}

}  // namespace

Matching::Matching(const PackageGraph& earlier, const PackageGraph& later)
    : after(earlier.packages.size()), before(later.packages.size()) {
  pair_by_name(earlier, later);
  pair_by_obsoletes(earlier, later);
}

void Matching::pair(PackageId was, PackageId is) {
  after[index(was)] = is;
  before[index(is)] = was;
}

/// The very same ones first, then those of one architecture, then whatever is left.
void Matching::pair_by_name(const PackageGraph& earlier, const PackageGraph& later) {
  const auto names = by_name(later);
  for (const auto& one : by_name(earlier)) {
    const std::vector<PackageId>& olds = one.second;
    const auto found = names.find(one.first);
    if (found == names.end()) continue;
    const auto pair_where = [&](auto same) {
      for (const PackageId was : olds) {
        for (const PackageId is : found->second) {
          if (after[index(was)] || before[index(is)]) continue;
          if (same(earlier.at(was).nevra, later.at(is).nevra)) pair(was, is);
        }
      }
    };
    pair_where([](const Nevra& a, const Nevra& b) { return a == b; });
    pair_where([](const Nevra& a, const Nevra& b) { return a.arch == b.arch; });
    pair_where([](const Nevra&, const Nevra&) { return true; });
  }
}

void Matching::pair_by_obsoletes(const PackageGraph& earlier, const PackageGraph& later) {
  for (std::uint32_t i = 0; i < later.packages.size(); ++i) {
    const PackageId is{i};
    for (const std::string& name : later.packages[i].obsoletes) {
      for (std::uint32_t k = 0; k < earlier.packages.size(); ++k) {
        if (after[k] || earlier.packages[k].nevra.name != name) continue;
        if (before[i]) {
          taken_over_.emplace(PackageId{k}, is);
        } else {
          pair(PackageId{k}, is);
        }
      }
    }
  }
}

std::optional<PackageId> Matching::taken_over_by(PackageId package) const {
  const auto found = taken_over_.find(package);
  if (found == taken_over_.end()) return std::nullopt;
  return found->second;
}

std::string unversioned(const std::string& capability) {
  if (capability.starts_with('(')) return capability;
  const std::string name = capability.substr(0, capability.find(' '));
  std::size_t so = name.find(".so.");
  if (so == std::string::npos) so = name.find(".so(");
  if (so == std::string::npos) return name;
  return name.substr(0, so + 3) + (name.ends_with("(64bit)") ? "(64bit)" : "");
}

std::string without_numbers(std::string name) {
  // Debian's libraries since times have 64 bits: libssl3t64 is libssl3.
  if (name.ends_with("t64")) name.resize(name.size() - 3);
  std::erase_if(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return name;
}

}  // namespace rootlet::analysis
