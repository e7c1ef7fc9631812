#pragma once

#include <rpm/rpmds.h>

#include <optional>

#include "dependencies.hpp"

namespace rootlet::rpm {

/// "(left op right)"; `right` of a condition may be "(condition else alternative)".
struct Rich {
  Dependencies left;
  Dependencies right;
  rpmrichOp op = RPMRICHOP_SINGLE;
};

/// Takes the outermost operator off; nothing where it is a plain requirement.
std::optional<Rich> parse_rich(rpmds requirement);

}  // namespace rootlet::rpm
