#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace rootlet::rpm {

/// Blocks of memory that are used again and again: memory that is new to a process costs more time than filling it.
/// Not for several threads at once.
class BlockPool {
 public:
  static constexpr std::size_t block_size = std::size_t{1} << 17U;  ///< bytes
  static constexpr std::size_t size = std::size_t{32} << 20U;       ///< bytes of all blocks

  BlockPool();
  [[nodiscard]] std::size_t free() const noexcept { return free_.size(); }
  /// One that nobody has, the one that came back last. Must not be called where all are taken.
  std::span<char> take();
  void give_back(std::span<char> block) { free_.push_back(block); }

 private:
  std::vector<std::vector<char>> memory_;
  std::vector<std::span<char>> free_;
};

}  // namespace rootlet::rpm
