#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace rootlet {

/// Limits of an image's size; the `budget` of a recipe. All that is given must hold.
struct ImageBudget {
  std::optional<std::uint64_t> installed_size = {};   ///< bytes
  std::optional<std::uint64_t> compressed_size = {};  ///< bytes of an image's layers
  std::optional<std::size_t> packages = {};
  std::optional<double> growth_percent = {};       ///< of installed_size, since an earlier release
  std::optional<std::uint64_t> growth_bytes = {};  ///< the same in bytes
  bool operator==(const ImageBudget&) const = default;
};

}  // namespace rootlet
