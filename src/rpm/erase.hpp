#pragma once

#include <string>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::rpm {

/// A requirement that packages of the database met, and that none meets any more.
struct BrokenRequirement {
  Nevra package;                ///< which has it
  std::string capability;       ///< as metadata writes it: "perl >= 5", "/bin/sh", "(a or b)"
  std::vector<Nevra> had_been;  ///< the erased ones that met it, or a part of it; sorted
};

/// Takes packages out of the database in the directory `dbpath` of the calling process's root and writes the database
/// anew, so that nothing of them is left in it. No file, scriptlet or trigger of theirs is looked at, and no package
/// that needs them stops it. All else in `dbpath` is lost. The order of `packages` does not matter.
/// Returns what the packages that stay require at run time and these met, sorted: requirements of scriptlets alone and
/// those on rpmlib's features do not count.
/// Errors: a package that is not in the database, a database that cannot be read or written.
std::vector<BrokenRequirement> erase(const std::vector<Nevra>& packages, const std::string& dbpath);

/// Those of the packages that can leave at once: nothing that stays requires at run time what they alone provide.
/// Sorted. Errors: as erase().
std::vector<Nevra> not_required(const std::vector<Nevra>& packages, const std::string& dbpath);

}  // namespace rootlet::rpm
