#pragma once

#include <string>

#include "rootlet/model/nevra.hpp"

namespace rootlet {

/// A scriptlet or trigger that failed in an image which its recipe lets it fail in.
struct FailedScriptlet {
  Nevra package;      ///< that has it, whichever package set it off
  std::string kind;   ///< "%post"
  std::string cause;  ///< "exit status 1"
  std::string output = {};
};

}  // namespace rootlet
