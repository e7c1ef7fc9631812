#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "rootlet/build/resolve.hpp"

namespace rootlet::build {

/// Runs a phase and notes how long it took.
template <class Work>
auto timed(std::vector<Phase>& phases, std::string name, Work work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto note = [&] {
    phases.push_back({std::move(name), std::chrono::duration<double>(Clock::now() - start).count()});
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

}  // namespace rootlet::build
