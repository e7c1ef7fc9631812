#pragma once

#include <vector>

#include "rootfs/install.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::rootfs {

/// Takes the packages that leave out of the root and its RPM database; no scriptlet or trigger runs.
/// - A file of theirs goes if it is as they brought it. One that scriptlets changed or made (also a %ghost) stays under
///   its name, except for %ghost links that lead nowhere any more.
/// - A directory goes if it is empty and no remaining package has it, unless everybody may write to it (/tmp) or
///   runtimes mount something on it (/proc). One that no package owns stays.
/// - A link to a directory in which remaining packages have something stays: /bin is as much in use as /usr/bin.
/// - What a remaining package has too stays.
/// Then makes sure that what remains is whole: what the packages require at run time (not in scriptlets), the way to
/// each of their files, the libraries and the loader that ELF files name, the interpreters of executable scripts, and
/// what symbolic links lead to. What was missing before is no error. What programs load or run without saying so
/// (dlopen(3), a shell's commands) cannot be known.
/// Error: all that is missing now, by the package that had it, with the packages to keep as the hint.
void drop(const root::Root& root, const std::vector<PackageInRoot>& packages, const InstallOptions& options,
          Progress& progress);

}  // namespace rootlet::rootfs
