#pragma once

#include <string>

#include "command.hpp"
#include "rootlet/plan.hpp"

namespace rootlet::cli {

/// A workspace, and how it is planned or built.
struct PlanOptions {
  std::string workspace;
  std::string shard;
  std::optional<std::size_t> level = std::nullopt;
  std::size_t at_once = 1;
  std::string date;
  RecipeOptions recipe;  ///< how sets are looked for
};

/// Adds WORKSPACE and these options.
void add_plan_options(CLI::App& app, PlanOptions& options);
verbs::PlanRequest plan_request(const Session& session, const PlanOptions& options);
/// Tells warnings and what failed, and returns the exit code: 1 or 3 where something did.
int tell_problems(const Session& session, const verbs::Plan& plan);

}  // namespace rootlet::cli
