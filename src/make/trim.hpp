#pragma once

#include <cstdint>
#include <string>

#include "base.hpp"
#include "own_files.hpp"
#include "root.hpp"
#include "root/beneath.hpp"
#include "rootfs/base.hpp"
#include "rootlet/build.hpp"
#include "rootlet/image.hpp"
#include "rootlet/touched.hpp"
#include "rootlet/trim.hpp"

namespace rootlet::make {

/// Whether a recipe has files taken out of its finished root.
bool trims(const Recipe& recipe);

/// Input of trim(). Borrowed.
struct TrimSubject {
  const Recipe& recipe;
  const root::Root& root;
  const Verified& packages;  ///< of the solution, in its order
  const OwnFiles& own;
  const TouchedFiles& touched;     ///< by the recipe's tests
  const ImageConfig& image;        ///< of the finished image, with what its base says
  const Base* base;                ///< nullptr: there is none
  const rootfs::BaseFiles& below;  ///< of the base: they stay, whether they are needed or not
  std::string dbpath;              ///< inside the root
  bool keeps_database;             ///< has the database of that place in the end
  std::string database;            ///< its content in SQLite, which is written there
  std::int64_t source_date_epoch = 0;
};

/// Takes out of a finished root what its recipe wants out of it: never what something that stays does not work without,
/// as far as that can be known (analysis::needed_files()), and no path that its base has. Notes in the database that
/// the files are not installed: it is there then, also where the root does not keep it. Packages of which nothing is
/// left and that nothing requires leave it, and take part in the build only from then on. Sizes of `solution` become
/// those of what stays. Errors: files that `without` names are needed by others; it names a package that is not there.
TrimmedFiles trim(const TrimSubject& subject, Solution& solution, Progress& progress);

/// Notes in a solution what an earlier build took out of a root of it.
void note_trimmed(const TrimmedFiles& trimmed, Solution& solution);

}  // namespace rootlet::make
