#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "job.hpp"
#include "modularity.hpp"
#include "pool.hpp"
#include "solv/solve.hpp"
#include "specs.hpp"
#include "universe.hpp"

namespace rootlet::solv {

/// Reasons that keep a package from being chosen, apart from itself.
struct Hidden {
  enum class By { exclude, excludepkgs, includepkgs, held, module };
  By by = By::exclude;
  RecipeItem entry = {};  ///< of exclude or excludepkgs: what matches the package, and where; of held: what is held
  std::string repo = {};  ///< whose excludepkgs or includepkgs
};

/// Takes weak dependencies away from packages for as long as it lives: libsolv follows those of all packages or of
/// none.
class OnlyWeakDependenciesOf {
 public:
  /// Leaves nobody's supplements, and recommendations only to the packages that the entries match; all where there are
  /// no entries. Error: an entry that matches no package.
  OnlyWeakDependenciesOf(::Pool& pool, const std::vector<RecipeItem>& entries);
  ~OnlyWeakDependenciesOf();
  OnlyWeakDependenciesOf(const OnlyWeakDependenciesOf&) = delete;
  OnlyWeakDependenciesOf& operator=(const OnlyWeakDependenciesOf&) = delete;

 private:
  struct Taken {
    Id package;
    Offset recommends, supplements;
  };
  ::Pool& pool_;
  std::vector<Taken> taken_;
};

/// View of a universe by a request: which packages may be chosen, and why others may not. Another request is another
/// view of the same universe.
///
/// libsolv has one place for which packages count, and one for what a package recommends. A view puts its own there for
/// as long as it lives; then what was there before is there again. So the view that was made last is the one that
/// holds.
class View {
 public:
  /// Both must outlive it. Errors: as modules::choose(); an entry of weak_deps that matches no package.
  View(const Universe& universe, const Request& request);
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  [[nodiscard]] const Universe& universe() const noexcept { return universe_; }
  [[nodiscard]] const Request& request() const noexcept { return request_; }
  [[nodiscard]] ::Pool& pool() const noexcept { return universe_.pool(); }
  [[nodiscard]] const Modularity& modularity() const noexcept { return *modularity_; }

  /// The ids that one job may choose from, for each job a spec leads to.
  [[nodiscard]] std::vector<std::vector<Id>> candidates(const std::string& spec) const;

  /// Why a package is not considered; nullptr where it is, or where it is a package file that the request does not
  /// name.
  [[nodiscard]] const Hidden* hidden(Id package) const;
  /// The streams of modules that hide a package, or would have it; nothing where modules do not hide it.
  [[nodiscard]] std::optional<Hiding> hidden_by_module(Id package) const { return modularity_->filter().why(package); }

 private:
  void hide(Id package, const Hidden& why) { hidden_.try_emplace(package, why); }
  void hide_by_repository(const ::Repo& repo, const RepoSpec& spec);
  void hide_by_modules();
  /// Hides other versions of what the request holds, where a repository has that.
  void hold_versions();

  const Universe& universe_;
  const Request& request_;
  Considered considered_;
  SpecMatcher matcher_;
  OnlyWeakDependenciesOf weak_;
  std::map<Id, Hidden> hidden_;
  std::optional<Modularity> modularity_;  ///< made once what the request excludes is left out
};

/// Whether something reachable from what is asked for is a path that primary metadata does not list, or the request
/// wants to know all paths.
bool needs_filelists(const View& view, const std::vector<Job>& jobs);

}  // namespace rootlet::solv
