#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace rootlet::rights {

/// Users and groups that a process could not become, in memory that two processes share.
class RefusedIds {
 public:
  void note(std::uint32_t id) noexcept { id_ = id; }
  /// The last one since it was asked.
  std::optional<std::uint32_t> take() noexcept {
    const std::uint64_t id = id_.exchange(nobody);
    return id == nobody ? std::nullopt : std::optional(static_cast<std::uint32_t>(id));
  }

 private:
  static constexpr std::uint64_t nobody = ~std::uint64_t{0};
  std::atomic<std::uint64_t> id_{nobody};
};

}  // namespace rootlet::rights
