#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/child.hpp"
#include "base/limits.hpp"

namespace rootlet {

/// Work that a child process does: libraries that crash on malformed input (libmodulemd 2.14, libcomps 0.1.19), or take
/// for ever or all memory over it, cannot take the program with them.
class Isolated {
 public:
  /// Starts it. Call it before threads are started. Error: there can be no more processes.
  Isolated(const Task& task, const std::function<std::string()>& work);

  /// Result of the work, or its Error thrown, when it has ended. Errors: the child crashed or reached a limit.
  std::string result();

 private:
  std::string library_;
  std::unique_ptr<LastWords> words_;
  Fd answer_;
  std::optional<Child> child_;
};

/// Returns what `work` returns, or throws its Error, run in a child process with the usual limits. `library` is named
/// in the Error of a child that crashes or reaches a limit, which has no hint.
std::string run_isolated(const std::string& library, const std::function<std::string()>& work);

}  // namespace rootlet
