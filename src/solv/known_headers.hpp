#pragma once

#include <map>
#include <utility>
#include <vector>

#include "installed.hpp"
#include "solv/solve.hpp"
#include "universe.hpp"

namespace rootlet::solv {

/// Packages of a universe as their repositories describe them, and what the headers that have been read so far tell.
class KnownHeaders {
 public:
  /// Without `load`, none is read. The universe must outlive it.
  KnownHeaders(const Universe& universe, HeaderLoader load) : universe_(universe), load_(std::move(load)) {}

  /// Whether headers decide about sizes and requirements of scriptlets: of a package whose header is not known yet,
  /// nothing is known then. Otherwise metadata decide.
  [[nodiscard]] bool decide() const noexcept { return load_ != nullptr; }
  /// Facts of a package's header; nullptr: they are not known.
  [[nodiscard]] const HeaderFacts* find(Id package) const {
    if (is_installed(universe_.pool(), package)) return &nothing_added_;
    const auto found = facts_.find(package);
    return found == facts_.end() ? nullptr : &found->second;
  }
  /// A package with what is known of it.
  [[nodiscard]] Package package(Id id) const {
    Package package = universe_.package(id);
    if (const HeaderFacts* facts = find(id)) package.kept_size = facts->kept_size;
    if (package.in_base()) package.location.clear();
    return package;
  }

  /// Learns the headers of those of the packages whose headers are not known. Whether there were any. Where they cannot
  /// be had, all are forgotten, and decide() ends: part by headers, part by metadata, sizes could not be compared.
  bool learn(const std::vector<Id>& packages) {
    if (!decide()) return false;
    std::vector<Id> unknown;
    std::vector<Package> wanted;
    for (const Id id : packages) {
      if (find(id) != nullptr) continue;
      unknown.push_back(id);
      wanted.push_back(package(id));
    }
    if (unknown.empty()) return false;
    read(unknown, wanted);
    return true;
  }

 private:
  void read(const std::vector<Id>& ids, const std::vector<Package>& packages) {
    const auto facts = load_(packages);
    if (!facts) {
      load_ = nullptr;
      facts_.clear();
      return;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) facts_[ids[i]] = facts->at(i);
  }

  const Universe& universe_;
  HeaderLoader load_;
  std::map<Id, HeaderFacts> facts_;
  HeaderFacts nothing_added_;  ///< by a package that is installed already; all that it requires, it requires
};

}  // namespace rootlet::solv
