#pragma once

#include <array>
#include <string_view>

namespace rootlet {

/// Directories that a merged /usr makes links of; Fedora 42 and later make one of /usr/sbin, too. Packages name files
/// by either way.
inline constexpr std::array<std::string_view, 5> merged_directories{"/bin", "/sbin", "/lib", "/lib64", "/usr/sbin"};

}  // namespace rootlet
