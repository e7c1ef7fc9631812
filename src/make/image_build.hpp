#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "attest/signer.hpp"
#include "base.hpp"
#include "base/fs.hpp"
#include "documents.hpp"
#include "held_keys.hpp"
#include "image/write.hpp"
#include "layer_plan.hpp"
#include "layers.hpp"
#include "listening.hpp"
#include "own_files.hpp"
#include "repo/metadata.hpp"
#include "root.hpp"
#include "rootlet/build.hpp"

namespace rootlet::make {

/// Facts that come along with a solution.
struct Origin {
  std::string base_digest;           ///< which the base must have; empty: any
  std::shared_ptr<const Base> base;  ///< nullptr: there is none
  HeldKeys held;                     ///< keys that alone count
  ByMetadata by_metadata;
  std::vector<RepoState> repos;  ///< in the recipe's order, or a lock's
};

/// The build of one image, in steps, which go in this order; several builds may take each step in turn. All that needs
/// the caller's rights comes before make().
class ImageBuild {
 public:
  /// All that it is given must outlive it. Errors: whatever can be told before any work.
  ImageBuild(const Recipe& recipe, const BuildOptions& options, const Environment& environment, rights::Way way,
             Progress& told);

  /// Takes the solution from the lock, or brings metadata.
  void begin();
  /// As build_key(), where builds are remembered.
  [[nodiscard]] const std::optional<std::string>& key() const noexcept { return key_; }
  /// Returns why there is no solution.
  std::optional<Unsolvable> solve();
  [[nodiscard]] const Solution& solution() const noexcept { return result_.solution; }
  /// Downloads and verifies the packages, and judges what would run of them.
  void bring();
  /// Time of the image, in seconds since 1970.
  [[nodiscard]] std::int64_t source_date_epoch() const noexcept { return write_.source_date_epoch; }
  /// Whether packages are installed: no earlier build has made the layer.
  [[nodiscard]] bool installs() const noexcept { return !known_; }
  /// Makes the image in a workplace and publishes it beside that under a name. Needs owners of files and mounts.
  BuildResult make(const TempDir& workplace, const std::string& name);

 private:
  [[nodiscard]] std::optional<std::string> key_now() const;

  Recipe recipe_;  ///< with what its own files require
  const BuildOptions& options_;
  const Environment& environment_;
  Listening progress_;
  image::WriteOptions write_;
  std::optional<attest::Signer> signer_;
  BuildResult result_;
  Origin origin_;
  std::vector<RepoMetadata> repos_;
  std::optional<std::string> key_;
  OwnFiles own_;
  Verified verified_;
  RootOptions how_;
  LayerPlan plan_;
  std::optional<Layers> layers_;
  std::optional<InstalledLayers> known_;
};

}  // namespace rootlet::make
