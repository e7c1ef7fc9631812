#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "draft.hpp"
#include "formats.hpp"

namespace rootlet::imports {

/// Packages that a foreign lock holds to one version, with the architectures that it holds them for.
class PinnedPackages {
 public:
  /// `name` and `evr` as text, `arch` the package's own. What no RPM package can be called is noted and left.
  void add(const Mark& mark, const std::string& name, const std::string& evr, const std::string& arch,
           const std::set<std::string>& for_arches, RecipeDraft& draft);

  /// Takes all as entries of `packages`; `arches`: all that the recipe is for.
  void take(const std::vector<std::string>& arches, RecipeDraft& draft) const;

 private:
  struct Pinned {
    Mark mark;
    std::set<std::string> arches;
  };
  std::vector<std::string> order_;
  std::map<std::string, Pinned> pinned_;  ///< by NEVRA
  std::vector<std::string> modular_;
};

/// The text of a member; nothing where it has none.
std::string member_text(const recipe::Value& map, std::string_view key);

/// A name for each architecture that `address` would be the same with: $basearch in its place.
std::string with_basearch(const std::string& address, const std::string& arch);

/// Note that is the same for all packages of a lock: what of them a recipe does not hold.
void leave_what_locks_hold(const Mark& mark, const std::string& what, RecipeDraft& draft);

}  // namespace rootlet::imports
