#pragma once

#include <cstdint>

namespace rootlet::rights {

/// Answer to a system call.
struct Reply {
  int error = 0;
  std::int64_t value = 0;  ///< that it returns
  bool by_kernel = false;  ///< it goes on as if nobody had been asked
};
constexpr Reply as_kernel_says{0, 0, true};

}  // namespace rootlet::rights
