#pragma once

#include "root/beneath.hpp"
#include "rootfs/base.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::make {

/// Warns of what files of an addition need and its finished root has nowhere: libraries, loaders, interpreters. The
/// base's packages should have brought it, and somebody took it out of the base. `below`: the files of the base.
void warn_of_lacking(const root::Root& root, const rootfs::BaseFiles& below, Progress& progress);

}  // namespace rootlet::make
