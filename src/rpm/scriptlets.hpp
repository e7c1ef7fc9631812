#pragma once

#include <rpm/header.h>

#include <vector>

#include "rpm/header.hpp"

namespace rootlet::rpm {

/// HeaderInfo::scriptlets: those that only erasing a package runs, and %verifyscript, are none of an installation.
std::vector<Scriptlet> scriptlets_of(Header header);

}  // namespace rootlet::rpm
