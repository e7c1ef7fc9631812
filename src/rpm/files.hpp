#pragma once

#include <rpm/header.h>
#include <rpm/rpmfiles.h>

#include <vector>

#include "base/handle.hpp"
#include "rootlet/files.hpp"

namespace rootlet::rpm {

using Files = Handle<std::remove_pointer_t<rpmfiles>, rpmfilesFree>;

/// The files of a package or of an entry of a database, sorted by path.
std::vector<PackageFile> files_of(Header header);

}  // namespace rootlet::rpm
