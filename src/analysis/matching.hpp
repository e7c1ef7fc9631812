#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// Which packages of two sets are the same one.
struct Matching {
  Matching(const PackageGraph& before, const PackageGraph& after);

  std::vector<std::optional<PackageId>> after;   ///< by package of the earlier set: the one of the later set
  std::vector<std::optional<PackageId>> before;  ///< the other way round

  /// The later package that obsoletes this one, where it has another one as its partner already.
  [[nodiscard]] std::optional<PackageId> taken_over_by(PackageId package) const;

 private:
  void pair(PackageId was, PackageId is);
  void pair_by_name(const PackageGraph& earlier, const PackageGraph& later);
  void pair_by_obsoletes(const PackageGraph& earlier, const PackageGraph& later);

  std::map<PackageId, PackageId> taken_over_;
};

/// "libperl" of "libperl5.36", "gcc--base" of "gcc-12-base".
std::string without_numbers(std::string name);

}  // namespace rootlet::analysis
