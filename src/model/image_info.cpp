#include "rootlet/files.hpp"

#include <numeric>

namespace rootlet {

std::uint64_t ImageInfo::compressed_size() const noexcept {
  return std::accumulate(layers.begin(), layers.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const LayerInfo& layer) { return sum + layer.size; });
}

}  // namespace rootlet
