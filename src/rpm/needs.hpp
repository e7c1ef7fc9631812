#pragma once

#include <rpm/header.h>

#include <vector>

#include "order.hpp"

namespace rootlet::rpm {

/// Needs of these packages for each other when they are installed: requirements, OrderWithRequires and what is
/// recommended to scriptlets; not what is for a later time only (%pretrans runs before all, %posttrans after all).
/// Where several meet a requirement, it is the first.
Needs needs_of(const std::vector<Header>& packages);

}  // namespace rootlet::rpm
