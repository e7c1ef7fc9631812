#include "block_pool.hpp"

namespace rootlet::rpm {

/// Places that nothing has been put into yet come last.
BlockPool::BlockPool() : memory_(size / block_size), free_(size / block_size) {}

std::span<char> BlockPool::take() {
  const std::span<char> block = free_.back();
  free_.pop_back();
  if (!block.empty()) return block;
  memory_[free_.size()].resize(block_size);
  return memory_[free_.size()];
}

}  // namespace rootlet::rpm
