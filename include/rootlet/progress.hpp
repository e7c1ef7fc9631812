#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace rootlet {

/// Where long work tells how far it is. One task at a time, from one thread; the default implementation is silent.
class Progress {
 public:
  enum class Unit { items, bytes };

  virtual ~Progress() = default;

  /// Starts a task, say "downloading packages". `total` 0: not known.
  virtual void begin(std::string_view /*task*/, std::uint64_t /*total*/, Unit /*unit*/) {}
  /// How much of the running task is done, from its start (not since the last call); `item` is what is at hand.
  virtual void at(std::uint64_t /*done*/, std::uint64_t /*total*/, std::string_view /*item*/) {}
  virtual void end() {}
  /// The running task failed: takes away its bar.
  virtual void abandon() {}
  /// A detail that only -v shows.
  virtual void detail(std::string_view /*line*/) {}
  /// Something the user should know though the work goes on.
  virtual void warn(std::string_view /*line*/) {}
};

struct ProgressStyle {
  bool terminal = false;  ///< stderr is a terminal: bars; otherwise one line a task
  bool colour = false;
  bool quiet = false;    ///< only warnings
  bool verbose = false;  ///< details too
  bool bars = true;      ///< false: --no-progress
};

/// Writes to stderr in the given style, without what URLs hold of secrets.
std::unique_ptr<Progress> make_stderr_progress(ProgressStyle style);

/// The style that stderr, NO_COLOR and TERM ask for.
ProgressStyle detect_progress_style();

}  // namespace rootlet
