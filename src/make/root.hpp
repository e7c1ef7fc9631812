#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base.hpp"
#include "image/compress_ahead.hpp"
#include "own_files.hpp"
#include "root/beneath.hpp"
#include "rootfs/base.hpp"
#include "rootfs/install.hpp"
#include "rootlet/build.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rpm/verified.hpp"

namespace rootlet::make {

/// Verified packages, all of a solution but those of its base, in its order.
using Verified = std::vector<rpm::VerifiedPackage>;

/// Chooses the form of the database by the librpms that stay, and notes it in `result`; warns of one of these that
/// cannot read it. Nothing where the recipe keeps no database.
rootfs::RpmdbChoice choose_database(const Recipe& recipe, const Base* base, const Verified& packages,
                                    BuildResult& result, Progress& progress);

/// Facts of a build that its root is made with, beside the recipe.
struct RootOptions {
  std::int64_t source_date_epoch = 0;  ///< in seconds since 1970
  std::int64_t began = 0;              ///< when the root was begun, by its own file system's clock
  rootfs::RpmdbChoice database;
  std::set<Nevra> may_fail = {};          ///< packages whose scriptlets may fail
  const Base* base = nullptr;             ///< what is in the root already; nullptr: nothing
  rootfs::BaseFiles below = {};           ///< the files of that
  const OwnFiles* own = nullptr;          ///< trees of the recipe's files
  image::CompressAhead* ahead = nullptr;  ///< for files that are there already; nullptr: nobody wants them
};

/// Installs packages into a root that is empty or has the base, takes those away that only the build needs, adds what
/// the recipe adds, and tests it. Returns what the installation told. Errors: of each step; a test that fails.
/// What `trim` and `without` of the recipe take out is noted in `result`, and in its solution.
rootfs::InstallResult make_root(const Recipe& recipe, const root::Root& root, const Verified& packages,
                                const RootOptions& options, BuildResult& result, Progress& progress);

}  // namespace rootlet::make
