#pragma once

#include <cstdint>
#include <string_view>

#include "rootlet/progress.hpp"

namespace rootlet::make {

/// Passes on, and notes whether there were warnings.
class Listening final : public Progress {
 public:
  explicit Listening(Progress& next) : next_(next) {}
  void begin(std::string_view task, std::uint64_t total, Unit unit) override { next_.begin(task, total, unit); }
  void at(std::uint64_t done, std::uint64_t total, std::string_view item) override { next_.at(done, total, item); }
  void end() override { next_.end(); }
  void abandon() override { next_.abandon(); }
  void detail(std::string_view line) override { next_.detail(line); }
  void warn(std::string_view line) override {
    warned_ = true;
    next_.warn(line);
  }
  [[nodiscard]] bool warned() const noexcept { return warned_; }

 private:
  Progress& next_;
  bool warned_ = false;
};

}  // namespace rootlet::make
