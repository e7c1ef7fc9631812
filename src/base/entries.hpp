#pragma once

#include <string>
#include <vector>

#include "base/fs.hpp"

namespace rootlet {

// Of an open directory. `shown` names things in errors: "cannot read <shown>: <cause>".

/// Opens an entry for reading: no link is followed and no pipe waited for. Leaves no trace where the system allows
/// that: on one's own files, and for root. Empty on errors, which errno tells.
Fd open_entry(int directory, const std::string& name, int flags);

/// The names of all entries, sorted bytewise.
std::vector<std::string> names_in(int directory, const std::string& shown);

/// Target of a symbolic link, as written. An empty name: the descriptor is the link's own.
std::string link_target(int directory, const std::string& name, const std::string& shown);

}  // namespace rootlet
