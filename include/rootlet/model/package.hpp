#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/model/nevra.hpp"

namespace rootlet {

/// A checksum as metadata states it: type as in rpm-md ("sha256"), lower-case hexadecimal.
struct Checksum {
  std::string type;
  std::string hex;
  bool operator==(const Checksum&) const = default;
  /// "sha256:0123…"
  [[nodiscard]] std::string str() const { return type + ":" + hex; }
};

/// The repository id of packages that the recipe names by file. DNF's name for it.
inline constexpr std::string_view local_repo_id = "@commandline";

/// Whether an entry of `packages` names a package file. Recipes are loaded with such entries made absolute.
inline bool is_local_package(std::string_view entry) { return entry.starts_with('/') && entry.ends_with(".rpm"); }

/// A package as its repository describes it. Sizes in bytes, times in seconds since 1970.
struct Package {
  Nevra nevra;
  std::string repo;      ///< id of its repository, or local_repo_id
  std::string location;  ///< path relative to the repository's base (xml:base already applied), or a local file
  std::uint64_t installed_size = 0;
  std::uint64_t download_size = 0;
  Checksum checksum;
  std::int64_t build_time = 0;
};

/// The kind of a dependency between two packages. `conflicts`: the package makes the other one's rich conflict, such as
/// "(a unless b)", inapplicable. `multilib`: the other one is for 32 bits, and needs the 64-bit package of its own name
/// and version beside it.
enum class EdgeKind { runtime, scriptlet, recommends, supplements, conflicts, multilib };
std::string_view edge_kind_name(EdgeKind kind) noexcept;

/// One requirement that a chosen package meets for another one.
struct RequiredBy {
  std::string package;     ///< NEVRA of the one that requires
  std::string capability;  ///< as written: "libc.so.6(GLIBC_2.14)(64bit)", "/bin/sh", "(a or b)"
  EdgeKind kind = EdgeKind::runtime;
  auto operator<=>(const RequiredBy&) const = default;
};

/// Why a package is in the set. Both lists sorted.
struct Reason {
  std::vector<std::string> requested;  ///< entries of the recipe's `packages` that it answers
  std::vector<RequiredBy> required_by;
};

struct ChosenPackage {
  Package package;
  Reason reason;
};

/// A set of packages that satisfies a recipe, sorted by NEVRA.
struct Solution {
  std::vector<ChosenPackage> packages;
  [[nodiscard]] std::uint64_t installed_size() const noexcept;
  [[nodiscard]] std::uint64_t download_size() const noexcept;
};

/// One thing that stands in the way of a solution, in words.
struct Problem {
  std::vector<std::string> sentences;  ///< from what was asked for to the cause
  std::string hint;                    ///< the way out; may be empty
};

/// No set satisfies the recipe.
struct Unsolvable {
  std::vector<Problem> problems;
};

}  // namespace rootlet
