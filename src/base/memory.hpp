#pragma once

#include <cstdint>

namespace rootlet {

/// Bytes of memory that this process has; 0: it cannot be known.
std::uint64_t memory_in_use() noexcept;

/// Bytes of memory that the machine, and the container that this may run in, can spare; 512 MB where it is less, as the
/// kernel cannot know how much it could free.
std::uint64_t memory_to_spare() noexcept;

}  // namespace rootlet
