#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/advisories.hpp"
#include "rootlet/audit.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::recipe {

/// Settings that stand above the recipe's own words and take part in its digest as if they stood there.
struct Overrides {
  std::string arch;  ///< empty: the recipe's, else the host's; one of those that the recipe names, if it names several
  std::optional<Objective> objective = {};
  std::optional<ScriptletDeps> scriptlet_deps = {};
  std::string releasever = {};  ///< empty: the recipe's. Its repositories must use it
  /// A file of YAML whose `repos` stand in place of the recipe's, as do `releasever`, `vars` and `modules` where it has
  /// them; empty: none.
  std::filesystem::path repos_from = {};
  std::string variant = {};  ///< one of the recipe's `variants` instead of its main image; empty: that
  std::string on = {};       ///< the image to build on, in place of the recipe's `base`; empty: that
  std::optional<ArchDrift> arch_drift = {};
  std::string distro = {};  ///< as the recipe's `distro`: "fedora:44"; empty: that
  /// Unless empty, there is no file: the recipe is made of `distro` and these, and load()'s path is where one would be.
  std::vector<std::string> packages = {};
};

/// Reads a recipe, merges its includes, fills in the defaults and resolves variables and relative paths.
/// Errors (ErrorKind::usage): "nginx.yaml:3:1: unknown key 'pakages' (did you mean 'packages'?)" and the like.
/// Of a recipe for several architectures, where none is chosen, it is the one for this machine's.
Recipe load(const std::filesystem::path& path, const Overrides& overrides = {});

/// The recipe for each of its `arches`, in their order; empty: it has no such list, or one architecture was chosen.
/// Errors: as load().
std::vector<Recipe> load_each(const std::filesystem::path& path, const Overrides& overrides = {});

/// The architectures that a recipe names for one index of images; sorted; empty: it has no such list. Errors: as
/// load().
std::vector<std::string> arches_of(const std::filesystem::path& path);

/// RPM's name of this machine's architecture.
std::string host_arch();

/// Error (ErrorKind::usage): RPM knows no such architecture to build for.
void check_arch(const std::string& arch);

/// Values of the variables in addresses: $arch, $basearch, and of `releasever` unless it is empty, $releasever,
/// $releasever_major and $releasever_minor (what follows the first dot; without one there is none), then `own`.
std::map<std::string, std::string> variables_of(const std::string& arch, const std::string& releasever,
                                                const std::map<std::string, std::string>& own);

/// RPM's base architecture of `arch`: what $basearch stands for.
std::string base_arch(const std::string& arch);

/// Reads a file of accepted findings: a YAML list of maps with `rule` and `reason`, and `package` and `path` where not
/// all findings of the rule are meant. Errors (ErrorKind::usage): "accepted.yaml:3:5: …" for what is malformed, a rule
/// that there is not, and a missing or empty reason.
std::vector<Accepted> load_accepted(const std::filesystem::path& path);

/// Reads a file of accepted advisories: a YAML list of maps with `advisory`, an id or a CVE, and `reason`, and
/// `package` where not all packages are meant. Errors (ErrorKind::usage): as load_accepted().
std::vector<AcceptedAdvisory> load_accepted_advisories(const std::filesystem::path& path);

}  // namespace rootlet::recipe
