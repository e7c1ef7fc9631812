#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "rootlet/build.hpp"

namespace rootlet::make {

/// Runs a phase and notes how long it took; what has the same name is one phase.
template <class Work>
auto timed(std::vector<Phase>& phases, std::string name, Work work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto note = [&] {
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const auto known =
        std::find_if(phases.begin(), phases.end(), [&](const Phase& phase) { return phase.name == name; });
    if (known == phases.end()) {
      phases.push_back({std::move(name), seconds});
    } else {
      known->seconds += seconds;
    }
  };
  if constexpr (std::is_void_v<decltype(work())>) {
    work();
    note();
  } else {
    auto result = work();
    note();
    return result;
  }
}

}  // namespace rootlet::make
