#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// A package of a set, however that was found. Sizes in bytes.
struct GraphPackage {
  Nevra nevra;
  std::uint64_t installed_size = 0;                       ///< as its header or its repository states
  std::optional<std::uint64_t> disk_size = std::nullopt;  ///< of its files as they are; where files are at hand
  std::vector<std::string> obsoletes = {};                ///< names of packages that it takes the place of; sorted
  std::vector<std::string> offers = {};  ///< capabilities and paths that it provides, as far as the target says; sorted
  /// Of its files that are put into the root, as its header says or the database notes.
  std::optional<std::uint64_t> kept_size = std::nullopt;
  /// Bytes that it takes in the root, as far as known.
  [[nodiscard]] std::uint64_t size() const noexcept { return kept_size.value_or(installed_size); }
};

/// One requirement of a package, and who meets it. A rich one that needs several packages at once is several of these;
/// what a package provides itself is none.
struct Dependency {
  PackageId from = {};
  std::string capability;  ///< as written: "libc.so.6(GLIBC_2.14)(64bit)", "/bin/sh", "bash >= 4", "(a if b)"; empty:
                           ///< of a dependency that an SBOM states
  EdgeKind kind = EdgeKind::runtime;
  Condition condition = {};
  std::vector<PackageId> providers = {};  ///< any one of them would do; sorted; empty: it is not met
  auto operator<=>(const Dependency&) const = default;
};

/// A requirement that asks for no other package of the set: nothing meets it (weak ones, those of scriptlets that have
/// run), its condition does not hold, or its package meets it itself.
struct IdleRequirement {
  PackageId from = {};
  std::string capability;  ///< as written
  auto operator<=>(const IdleRequirement&) const = default;
};

/// Two packages of a set that one of them does not tolerate: no package manager would have put them side by side.
struct Clash {
  PackageId package = {};  ///< that says so
  PackageId other = {};
  std::string capability;  ///< as written: "dash < 0.5"
  bool obsoletes = false;  ///< it takes the other one's place; else it conflicts with it
  auto operator<=>(const Clash&) const = default;
};

/// Regular files that are there beside those of packages.
struct OtherFiles {
  std::string origin;  ///< entry of a recipe's `files` that brings them: "tar app.tar.gz"; empty: not known
  std::size_t files = 0;
  std::uint64_t size = 0;  ///< bytes of their content
  bool operator==(const OtherFiles&) const = default;
};

/// Where a set starts: what is there for its own sake.
struct Root {
  enum class Kind {
    line,            ///< an entry of a recipe
    user_installed,  ///< marked so in a package manager's history
    unrequired,      ///< no other package requires it; several that require each other are one root
    stated,          ///< an SBOM says that its subject depends on it directly
    base             ///< the image that this one is built on has its packages
  };
  Kind kind = Kind::line;
  std::string name;  ///< the entry as written, or the package's name
  Mark mark = {};
  std::string via = {};                  ///< "mandatory package of the group 'Core'"; empty where the entry names it
  std::vector<PackageId> packages = {};  ///< sorted
};

/// A set of packages with all that its analyses work on. Made by inspect::open(); the same for every kind of target.
struct PackageGraph {
  std::vector<GraphPackage> packages;    ///< sorted by NEVRA
  std::vector<Dependency> dependencies;  ///< sorted; unmet ones too
  std::vector<Root> roots;               ///< by kind, mark and name
  std::vector<Clash> clashes = {};       ///< of a database; sorted
  bool dependencies_known = true;        ///< false: the target only lists packages
  bool packages_known = true;            ///< false: the target is files of which nothing tells the packages
  std::optional<std::vector<IdleRequirement>> idle = std::nullopt;  ///< sorted; none: not known
  /// Files that no package has: of a recipe by entry, in its order; of a root or image as a whole; none: not known.
  std::optional<std::vector<OtherFiles>> other_files = std::nullopt;

  [[nodiscard]] const GraphPackage& at(PackageId id) const { return packages.at(index(id)); }
  [[nodiscard]] std::uint64_t installed_size() const noexcept;
  /// Those of `dependencies` that come from a package.
  [[nodiscard]] std::span<const Dependency> dependencies_of(PackageId from) const noexcept;
};

/// Classes of kinds, as options and drawings name them.
enum class KindClass { runtime, scriptlet, weak, other };
/// pretrans to postuntrans, scriptlet and verify: scriptlet; recommends and supplements: weak; conflicts, multilib and
/// stated, which may be of any other class: other.
KindClass class_of(EdgeKind kind) noexcept;
std::string_view kind_class_name(KindClass kind) noexcept;
std::optional<KindClass> kind_class_of(std::string_view name) noexcept;

/// The classes that an analysis follows.
struct Kinds {
  bool runtime = true, scriptlet = true, weak = true, other = true;
  [[nodiscard]] bool has(EdgeKind kind) const noexcept;
  bool operator==(const Kinds&) const = default;
};

}  // namespace rootlet
