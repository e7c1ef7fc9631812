#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rootlet/advisory_answer.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/error.hpp"
#include "rootlet/fleet.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/target.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::verbs {

/// Targets to be looked at together, and what is asked of them.
struct FleetRequest {
  /// Each as rootlet why takes it, an image with several in it, a file of records (IMAGE.jsonl) or a folder of them, or
  /// a workspace.
  std::vector<std::string> targets;
  std::vector<std::string> bases;   ///< the same, of images that others are built on
  std::vector<std::string> labels;  ///< of records: those to take; none: the last one of each architecture
  /// Packages because of which images are to be built again, each as for why(): "openssl-libs < 1:3.0.7-28".
  std::vector<std::string> packages;
  std::optional<AdvisoryKnowledge> advisories;  ///< nothing: they are not asked for
  AdvisoryFilter filter;                        ///< which of them
  inspect::Options open;
  std::size_t at_once = 1;  ///< processes
  bool costs = false;       ///< what packages and requirements keep in images: hubs and bridges
  /// Requirements of packages of one name on another's: recipes are solved without each of them, too.
  std::vector<std::pair<std::string, std::string>> what_if = {};
  /// Words and JSON on why a package is in a target.
  std::function<Explanation(const inspect::Target&, const analysis::Why&)> explain;
  std::function<Explanation(const Unsolvable&)> explain_unsolvable;
};

/// An image that is to be built again.
struct FleetRebuild {
  std::size_t image = 0;  ///< its place in Fleet::images
  std::string cause;      ///< the package as it was asked for, or the advisory's id
  bool by_advisory = false;
  Nevra package;                ///< that is there
  std::optional<Nevra> fixed;   ///< of an advisory: the first version that has the fix
  std::string root = {};        ///< name of the one that the shortest way to the package starts from; empty: no way
  std::vector<Nevra> way = {};  ///< the packages on it, the one in question last
  /// The answer of `why` about it; empty where the target does not tell dependencies.
  Explanation why = {};
};

/// A target that nothing is known of.
struct FleetFailure {
  std::string target;
  std::variant<Error, Explanation> why;  ///< Explanation: it is a recipe without a solution
};

/// Recipes solved again without a requirement, as if it were weak, or moved to a package that nobody asks for.
struct FleetWhatIf {
  std::string from, to;        ///< names of packages
  std::size_t recipes = 0;     ///< that have a set of packages both ways
  std::size_t changed = 0;     ///< of these: with another set
  std::int64_t packages = 0;   ///< fewer, in all of them together
  std::int64_t bytes = 0;      ///< less
  std::size_t unsolvable = 0;  ///< recipes that have no set any more
};

struct FleetAnswer {
  analysis::Fleet fleet;
  std::vector<FleetFailure> failures;  ///< in the order asked for
  std::vector<std::string> warnings;   ///< "web.oci: …"
  std::vector<FleetRebuild> rebuilds;  ///< by image, then as asked for
  bool rebuilds_asked = false;
  std::vector<std::string> not_looked_at;  ///< for advisories; sorted
  analysis::FleetBytes bytes;
  std::vector<std::uint64_t> alone;  ///< by image: bytes of packages that it alone has
  analysis::FleetLayerBytes layers;
  std::vector<analysis::FleetLibrary> libraries;
  std::vector<analysis::SizeOutlier> size_outliers;
  std::vector<analysis::VersionOutlier> version_outliers;
  std::vector<analysis::FleetBase> bases;
  analysis::CommonBase common_base;
  std::vector<analysis::FleetHub> hubs;        ///< with FleetRequest::costs
  std::vector<analysis::FleetBridge> bridges;  ///< the same
  std::vector<FleetWhatIf> what_if;            ///< as asked for
};

/// Reads all targets, each in a process of its own that leaves but its facts, and says what they have in common and
/// what sets them apart. What cannot be read is told, and the rest goes on.
/// Errors (ErrorKind::usage), before anything is read: a target that is given twice.
FleetAnswer fleet(const FleetRequest& request, Progress& progress);

}  // namespace rootlet::verbs
