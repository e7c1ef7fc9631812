#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base_blobs.hpp"
#include "image_state.hpp"
#include "rootlet/known_build.hpp"
#include "rootlet/plan.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::verbs {

/// An image of a workspace, ready to be judged or built: a recipe for each of its architectures.
struct WorkspaceTask {
  const WorkspaceImage* image = nullptr;
  std::vector<Recipe> recipes;
  std::vector<std::vector<RepoMetadata>> repos;  ///< by recipe
  std::string push_to;                           ///< "docker://HOST/PATH:TAG"; empty: nowhere
  BlobFiles of_base = {};                        ///< of its base in the workspace
  bool is_shared = false;                        ///< its state is in the registry, too
  make::KnownBases bases = {};                   ///< of its base in the workspace, where it need not be at hand
};

/// Judgement on an image: to build it or not, and why.
struct ImageJudgement {
  ImageFate fate = ImageFate::build;
  std::vector<PlanReason> reasons;
  ImageState now;                                                ///< as it would be, without what only a build tells
  std::vector<std::pair<std::string, std::uint64_t>> downloads;  ///< packages that the cache lacks, and their bytes
  std::vector<Solution> solutions;                               ///< by recipe, where it was solved
  /// By architecture, where nothing was to be told of it: what a build need not find again.
  std::map<std::string, std::shared_ptr<const make::Resolved>> answers;
  std::optional<Explanation> unsolvable;
};

make::BuildOptions build_options_for(const WorkspaceImage& image);

/// A record of a solution. `image`: once it is built.
HistoryRecord record_of_solution(const WorkspaceTask& task, const Recipe& recipe, const Solution& solution,
                                 const ImageInfo* image, const std::string& date);

/// Whether an image is as its state says: in the registry, where states are shared, else in its output.
bool is_there(const ImageState& state, const WorkspaceTask& task);

/// Digest over the packages for all architectures, and their checksums.
std::string packages_digest(const std::vector<Solution>& solutions);

/// Digest of an image that is as its last build made it, by what is known before anything is solved; empty: it is not,
/// or nobody knows before. Its base is there. Errors: as make::known_before().
std::string unchanged_digest(const WorkspaceTask& task, const Workspace& workspace, const PlanRequest& request,
                             make::KnownBases& bases, Progress& progress);

/// Compares an image with its last build. Its base is there.
ImageJudgement judge(const WorkspaceTask& task, const std::optional<ImageState>& before, const PlanRequest& request,
                     Progress& progress);

}  // namespace rootlet::verbs
