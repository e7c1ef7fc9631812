#pragma once

#include "base/fs.hpp"

namespace rootlet {

/// A new file in `place`, open for reading and writing, without a name: it goes when it is closed, and when the process
/// is killed. Error: "cannot make a temporary file in '<place>': <cause>".
Fd unnamed_file(const OpenDirectory& place);

}  // namespace rootlet
