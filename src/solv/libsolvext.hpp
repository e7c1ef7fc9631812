#pragma once

#include "base/lazy_library.hpp"
#include "pool.hpp"

extern "C" {
#include <solv/pool_parserpmrichdep.h>
}

namespace rootlet::solv {

inline constinit LazyLibrary libsolvext(ROOTLET_LIBSOLVEXT);

ROOTLET_LAZY(libsolvext, pool_parserpmrichdep);
ROOTLET_LAZY(libsolvext, repo_add_rpm);
ROOTLET_LAZY(libsolvext, repo_add_rpmmd);
ROOTLET_LAZY(libsolvext, repo_add_updateinfoxml);
ROOTLET_LAZY(libsolvext, solv_xfopen);

}  // namespace rootlet::solv
