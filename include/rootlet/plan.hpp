#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rootlet/build.hpp"
#include "rootlet/diff.hpp"
#include "rootlet/error.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/record.hpp"
#include "rootlet/verbs.hpp"
#include "rootlet/workspace.hpp"

namespace rootlet::verbs {

/// Part of the images of a workspace: every so-manieth of each level, and what they are built on.
struct Shard {
  std::size_t index = 0;  ///< from 0
  std::size_t count = 1;
};

/// "2/8", the third of eight; "auto" or "auto/8": as the environment of a job says (SLURM_ARRAY_TASK_ID with
/// SLURM_ARRAY_TASK_MIN and SLURM_ARRAY_TASK_COUNT, JOB_COMPLETION_INDEX, CI_NODE_INDEX with CI_NODE_TOTAL).
/// Error (ErrorKind::usage): it is none of these; the environment does not say.
Shard shard_of(const std::string& text);

/// Fate of an image: the work that is done on it, and its end.
enum class ImageFate {
  unchanged,    ///< it is as it would be built
  build,        ///< it is to be built, or was
  push,         ///< it is as it would be built, and not yet in the registry
  waits,        ///< what it is built on failed
  no_solution,  ///< no set of packages satisfies its recipe
  failed
};
/// "unchanged", "build", "push", "waits", "no_solution", "failed".
std::string_view image_fate_name(ImageFate fate) noexcept;

/// Why an image is to be built.
struct PlanReason {
  enum class Kind {
    first,     ///< it was never built here
    output,    ///< its output is not there as it was built
    recipe,    ///< keys of its recipe say something else
    packages,  ///< other packages: PlannedImage::diffs says which, and what brought them
    contents,  ///< packages of the same names and versions that hold something else
    base,      ///< the image that it is built on is another one, or will be
    program    ///< another version of rootlet or of its libraries
  };
  Kind kind = Kind::first;
  std::vector<Mark> marks = {};        ///< of recipe: where the keys are
  std::vector<std::string> keys = {};  ///< of recipe: by mark
};
/// "first", "output", …
std::string_view plan_reason_name(PlanReason::Kind kind) noexcept;

/// An image of a workspace, and what is to be done with it or was.
struct PlannedImage {
  std::size_t image = 0;  ///< its place in Workspace::images
  ImageFate fate = ImageFate::unchanged;
  std::vector<PlanReason> reasons = {};
  std::vector<HistoryRecord> records = {};  ///< by architecture, as it would be; none: its base is not there yet
  std::vector<PackageDiff> diffs = {};      ///< by record, from the last build; none: there was none
  std::uint64_t download = 0;               ///< bytes of packages that the cache lacks
  std::uint64_t push = 0;                   ///< bytes of layers that a registry would get, as far as can be told
  std::string digest = {};                  ///< once it is built: of the manifest, or of the index
  std::string pushed = {};                  ///< once it is pushed: "HOST/PATH:TAG"
  std::vector<std::string> warnings = {};
  std::variant<std::monostate, Explanation, Error> problem = {};  ///< of no_solution and failed
};

/// The images of a workspace, or those that were asked for, in its order.
struct Plan {
  Workspace workspace;
  std::vector<PlannedImage> images;
  std::uint64_t download = 0;  ///< bytes: a package that several images need is brought once
  std::uint64_t push = 0;
  bool applied = false;  ///< it was carried out
};

/// How a workspace is planned and built.
struct PlanRequest {
  std::filesystem::path workspace;
  std::optional<Shard> shard = std::nullopt;
  std::optional<std::size_t> level = std::nullopt;  ///< only images of this level, and what they are built on
  std::size_t at_once = 1;                          ///< processes
  std::string date;                                 ///< of records: YYYY-MM-DD
  make::Environment environment;
  std::function<Explanation(const Unsolvable&)> explain;
};

/// Says what is to be built, why, and what that takes; changes nothing. Repositories are loaded once, each image is
/// judged in a process of its own. Errors: as recipe::load_workspace().
Plan plan(const PlanRequest& request, Progress& progress);

/// Builds what is to be built, bases first, tests and pushes it, and keeps records. What was finished stays: after an
/// end before its time the same call goes on where that was. What fails is told, and what is not built on it goes on.
Plan apply(const PlanRequest& request, Progress& progress);

/// Files of a workspace's output that an interrupted apply() may leave: to be given to make::workplace().
std::vector<std::filesystem::path> outputs_of(const Workspace& workspace);

}  // namespace rootlet::verbs
