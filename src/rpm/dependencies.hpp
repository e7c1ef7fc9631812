#pragma once

#include <rpm/rpmds.h>

#include <string>
#include <vector>

#include "base/handle.hpp"
#include "rootlet/package.hpp"

namespace rootlet::rpm {

using Dependencies = Handle<std::remove_pointer_t<rpmds>, rpmdsFree>;

/// Kinds of a requirement by its flags: one or several.
std::vector<EdgeKind> kinds_of(rpmsenseFlags flags);

/// "bash >= 4" of librpm's "R bash >= 4", without the epoch 0 that metadata leaves out.
std::string capability_of(rpmds dependency);

}  // namespace rootlet::rpm
