#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "rootlet/plan.hpp"

namespace rootlet::report {

/// Images by level with what is to be done with each, or was, and why; then the sums. `all`: unchanged ones, too.
std::string to_text(const verbs::Plan& plan, bool all);
/// The same for a merge request.
std::string to_markdown(const verbs::Plan& plan);
/// {"workspace", "applied", "levels", "images": [{"image", "level", "base", "fate", "reasons", …}], "summary"}.
nlohmann::ordered_json to_json(const verbs::Plan& plan);
/// Why images failed, for stderr.
std::string problems_text(const verbs::Plan& plan);

/// Forms of jobs that carry out a workspace in parts on several machines.
enum class Engine { slurm, kubernetes, tekton, github, gitlab };
/// "slurm", …
std::optional<Engine> engine_of(std::string_view name) noexcept;

/// Purpose of a file of jobs.
struct EngineOptions {
  Engine engine = Engine::slurm;
  std::size_t shards = 1;  ///< of each level, at most
  std::string image;       ///< container image with rootlet in it, of engines that want one
  /// Claim of the volume that all see, of Kubernetes and Tekton; may be empty with share: registry.
  std::string volume;
};

/// A file of jobs: the levels of the workspace one after the other, each in shards beside each other. `workspace`: as
/// the jobs name the file. Deterministic. Error (ErrorKind::usage): an option that the engine cannot do without.
std::string jobs_text(const Workspace& workspace, const std::string& file, const EngineOptions& options);

}  // namespace rootlet::report
