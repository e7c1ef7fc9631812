#include "rootlet/trim.hpp"

#include <numeric>

namespace rootlet {

std::string_view trim_name(Trim trim) noexcept {
  switch (trim) {
    case Trim::off: return "off";
    case Trim::unneeded: return "unneeded";
    case Trim::untouched: return "untouched";
  }
  return "";
}

std::uint64_t TrimmedFiles::size() const noexcept {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const TrimmedPackage& one) { return sum + one.size; });
}

std::size_t TrimmedFiles::files() const noexcept {
  return std::accumulate(packages.begin(), packages.end(), std::size_t{0},
                         [](std::size_t sum, const TrimmedPackage& one) { return sum + one.paths.size(); });
}

}  // namespace rootlet
