#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace rootlet {

/// Assignments of os-release(5), by name.
using OsReleaseValues = std::map<std::string, std::string, std::less<>>;

/// Reads the text of an os-release file as a shell would: of several lines of a name the last counts, quotes are taken
/// away, comments and lines that assign nothing are passed over.
OsReleaseValues os_release_values(std::string_view text);

}  // namespace rootlet
