#pragma once

#include <rpm/rpmds.h>

#include <memory>

#include "dependencies.hpp"
#include "model/requirement_tree.hpp"

namespace rootlet::rpm {

/// A requirement as librpm has it. Parts are copies of their own.
struct Leaf {
  rpmds requirement = nullptr;
  std::shared_ptr<Dependencies> own = {};
};

/// Takes a requirement apart. What librpm cannot take apart is no rich one.
RequirementTree<Leaf> requirement_of(rpmds requirement);

}  // namespace rootlet::rpm
