#pragma once

#include <string_view>

namespace rootlet::analysis {

/// "/usr/bin" of "/usr/bin/bash"; empty for "/bash".
inline std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// "bash" of "/usr/bin/bash".
inline std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace rootlet::analysis
