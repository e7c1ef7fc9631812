#pragma once

#include <optional>
#include <string>
#include <vector>

#include "job.hpp"
#include "module_filter.hpp"
#include "pool.hpp"
#include "rootlet/repository.hpp"
#include "solv/solve.hpp"
#include "streams.hpp"
#include "universe.hpp"

namespace rootlet::solv {

/// The modules of a request's repositories, and what the recipe's wishes make of them.
class Modularity {
 public:
  /// Packages that the recipe excludes must be left out. Error: as modules::choose().
  Modularity(const Universe& universe, const Request& request);

  [[nodiscard]] const ModuleFilter& filter() const noexcept { return filter_; }
  [[nodiscard]] const modules::Facts& facts() const noexcept { return facts_; }
  /// "platform:el9"; empty: not known.
  [[nodiscard]] const std::string& platform() const noexcept { return platform_; }
  /// The entries "@…" of `packages` that name no module.
  [[nodiscard]] const std::vector<RecipeItem>& groups() const noexcept { return choice_.groups; }
  /// Why an enabled stream cannot be used; empty where all is well.
  [[nodiscard]] const std::vector<PlainProblem>& problems() const noexcept { return active_.problems; }

  /// Tells, for each repository, which documents of its modules are passed over.
  [[nodiscard]] std::vector<std::string> warnings() const;

  /// The jobs of the entries that name modules: one for each package of a profile. What is hidden must be marked.
  /// Error: a module without the profile that is asked for, or without default profiles.
  [[nodiscard]] std::vector<Job> jobs(std::vector<PlainProblem>& problems) const;

  /// States that DNF would note after installing these packages, by module: streams that the recipe enables or
  /// installs, with the streams that they require, those that packages come from, and what the recipe disables.
  [[nodiscard]] std::vector<ModuleState> states(const std::vector<ChosenPackage>& packages) const;

 private:
  void add_jobs(const modules::Install& install, const std::set<Id>& artifacts, std::vector<Job>& jobs,
                std::vector<PlainProblem>& problems) const;
  [[nodiscard]] std::vector<std::string> profiles_of(const modules::Install& install,
                                                     const modules::Build& latest) const;
  [[nodiscard]] std::vector<std::size_t> active_builds(const modules::Install& install) const;
  /// Whose profiles count; none: nothing that the entry means is active.
  [[nodiscard]] std::optional<std::size_t> latest_build(const modules::Install& install) const;

  ::Pool& pool_;
  const modules::Facts& facts_;
  modules::Choice choice_;
  std::string platform_;
  ActiveStreams active_;
  std::vector<std::string> documented_;  ///< ids of the repositories whose documents the facts are of, in that order
  std::set<std::string> hotfixes_;       ///< ids of repositories that modules do not hide anything of
  ModuleFilter filter_;
};

}  // namespace rootlet::solv
