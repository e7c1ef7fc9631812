#include "matching.hpp"

#include <algorithm>
#include <deque>
#include <type_traits>

namespace rootlet::analysis {
namespace {

using Names = std::map<std::string, std::vector<PackageId>>;

Names by_name(const PackageGraph& graph) {
  Names names;
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

/// The very same ones first, then those of one architecture, then whatever is left; of several in their order.
void Matching::pair_by_name(const PackageGraph& earlier, const PackageGraph& later) {
  const Names names = by_name(later);
  for (const auto& [name, olds] : by_name(earlier)) {
    const auto found = names.find(name);
    if (found == names.end()) continue;
    const auto pair_where_same = [&, &olds = olds](auto key_of) {
      std::map<std::decay_t<decltype(key_of(Nevra()))>, std::deque<PackageId>> left;
      for (const PackageId is : found->second) {
        if (!before[index(is)]) left[key_of(later.at(is).nevra)].push_back(is);
      }
      for (const PackageId was : olds) {
        const auto same = after[index(was)] ? left.end() : left.find(key_of(earlier.at(was).nevra));
        if (same == left.end() || same->second.empty()) continue;
        pair(was, same->second.front());
        same->second.pop_front();
      }
    };
    pair_where_same([](const Nevra& one) { return one; });
    pair_where_same([](const Nevra& one) { return one.arch; });
    pair_where_same([](const Nevra&) { return 0; });
  }
}

void Matching::pair_by_obsoletes(const PackageGraph& earlier, const PackageGraph& later) {
  const Names names = by_name(earlier);
  for (std::uint32_t i = 0; i < later.packages.size(); ++i) {
    for (const std::string& name : later.packages[i].obsoletes) {
      const auto found = names.find(name);
      if (found == names.end()) continue;
      for (const PackageId was : found->second) {
        if (after[index(was)]) continue;
        if (before[i]) {
          taken_over_.emplace(was, PackageId{i});
        } else {
          pair(was, PackageId{i});
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
