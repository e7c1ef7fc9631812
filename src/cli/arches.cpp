#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {

void add_drift_option(CLI::App& app, RecipeOptions& options) {
  app.add_option("--arch-drift", options.arch_drift,
                 "What becomes of packages whose versions differ between the recipe's architectures: allow, warn or "
                 "forbid (default: the recipe's, else warn)")
      ->check(CLI::IsMember({"allow", "warn", "forbid"}))
      ->type_name("WHAT");
}

std::vector<Recipe> load_recipes(const RecipeOptions& options) {
  return recipe::load_each(options.recipe, overrides_of(options));
}

int with_solutions(const Session& session, const RecipeOptions& options, const std::vector<Recipe>& recipes,
                   const std::function<int(const make::ResolvedArches&)>& use) {
  const auto outcome = make::resolve_each(recipes, environment_of(session, options), *session.progress);
  if (const auto* unsolvable = std::get_if<make::UnsolvableArches>(&outcome)) {
    return no_solution(session, options.recipe, *unsolvable);
  }
  return use(std::get<make::ResolvedArches>(outcome));
}

std::vector<SetOfArch> sets_of(const std::vector<Recipe>& recipes, const make::ResolvedArches& resolved) {
  std::vector<SetOfArch> sets;
  for (std::size_t i = 0; i < recipes.size(); ++i) {
    sets.emplace_back(recipes[i].selection.arch, &std::get<Solution>(resolved.answers[i].outcome));
  }
  return sets;
}

int no_solution(const Session& session, const std::filesystem::path& recipe, const make::UnsolvableArches& unsolvable) {
  if (session.json) print(report::json_text(report::to_json(unsolvable)));
  fmt::print(stderr, "{} {}: no set of packages satisfies the recipe\n{}", error_label(session), recipe.string(),
             report::to_text(unsolvable));
  return exit_code(ErrorKind::no_solution);
}

}  // namespace rootlet::cli
