#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/progress.hpp"

namespace rootlet::make {

/// Passes on all that it is told; what does otherwise with some of it derives from it.
class PassingOn : public Progress {
 public:
  explicit PassingOn(Progress& next) : next_(next) {}
  void begin(std::string_view task, std::uint64_t total, Unit unit) override { next_.begin(task, total, unit); }
  void at(std::uint64_t done, std::uint64_t total, std::string_view item) override { next_.at(done, total, item); }
  void end() override { next_.end(); }
  void abandon() override { next_.abandon(); }
  void detail(std::string_view line) override { next_.detail(line); }
  void warn(std::string_view line) override { next_.warn(line); }

 private:
  Progress& next_;
};

/// Passes on, and notes warnings.
class Listening final : public PassingOn {
 public:
  using PassingOn::PassingOn;
  void warn(std::string_view line) override {
    warnings_.emplace_back(line);
    PassingOn::warn(line);
  }
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  std::vector<std::string> warnings_;
};

/// Passes on all but warnings: those of work that is done twice.
class WithoutWarnings final : public PassingOn {
 public:
  using PassingOn::PassingOn;
  void warn(std::string_view /*line*/) override {}
};

}  // namespace rootlet::make
