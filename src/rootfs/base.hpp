#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "image/read.hpp"
#include "image/write.hpp"
#include "root/beneath.hpp"
#include "rootlet/files.hpp"
#include "rootlet/limits.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::rootfs {

/// An entry of the root as the base has it, and by what a later change of it shows.
struct BaseFile {
  TreeFile facts;  ///< with the content's digest
  std::uint64_t device = 0, inode = 0;
  std::int64_t changed_seconds = 0, changed_nanoseconds = 0;
};

/// A root as its base made it, by path: "/usr/bin/bash".
using BaseFiles = std::map<std::string, BaseFile>;

/// Unpacks all layers of an image into the empty root, as LayerTree reads them: nothing is written outside, and no link
/// is followed. Device nodes and sockets are left out, and what is below /dev, /proc and /sys. `workplace`: where the
/// contents are until their places are known, on the root's file system. Errors: as Image::read_layer(); a full disk.
BaseFiles unpack(image::Image& image, const root::Root& root, const OpenDirectory& workplace, Progress& progress);

/// Copies a root into an empty one, with owners as this process sees them; what is left out, and `workplace`, as for
/// unpack(). Nothing of the first is changed or followed. Errors: what cannot be read, by its path.
void copy_root(const root::Root& from, const root::Root& to, const OpenDirectory& workplace, Progress& progress);

/// Difference that a root makes to its base: what is new or changed in content, owner, mode or capabilities, and what
/// is gone. Times alone are no change. Of a file with several names, all are in it, or none. Beyond the base's names of
/// a hard link, what was linked in the base is not known to be one file.
image::TreePart changes_since(const root::Root& root, const BaseFiles& base, Progress& progress);

/// Puts the base's database into the form that the installation works on, in a sandbox. `headers`: all that it holds.
void import_rpmdb(const root::Root& root, const std::string& dbpath, const std::vector<std::string>& headers,
                  const RecipeLimits& limits);

}  // namespace rootlet::rootfs
