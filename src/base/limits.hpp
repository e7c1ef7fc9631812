#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rootlet/error.hpp"

namespace rootlet {

/// Most that work may take.
struct Limits {
  std::uint64_t bytes = 4'000'000'000;  ///< of memory, beyond what the process has when it begins
  std::uint64_t seconds = 20;           ///< of processor time
};

/// Work on what others have made, which may bring down the process that does it.
struct Task {
  std::string subject;  ///< beginning of an Error; empty: its catcher knows
  std::string library;  ///< its name
  std::string hint;
  Limits limits;
};

/// Task that a process is at, in memory that it shares with its maker, so that this can say why it was ended.
class LastWords {
 public:
  struct Page;

  /// Before the process is made.
  LastWords();
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;

  /// In the process: what it is at stands here from now on.
  void adopt() const noexcept;
  /// In its maker, of a process that has ended so (waitpid(2)'s status): what a task came to that it was at. Nothing:
  /// no signal ended it, or one that others send, or it was at no task.
  [[nodiscard]] std::optional<Error> about(int status) const;

 private:
  Page* page_;
};

/// Makes this process say by itself what a task came to that it was at: it writes `words(error)` to standard error and
/// ends with exit code 1. For a program that has nobody to say so, and nothing to clean up at a task.
using Words = std::string (*)(const Error& error);
void say_last_words(Words words) noexcept;

/// A task of this process, for as long as this lives: the process ends when the task takes more than its limits, what
/// the caller's own limits leave of them, or the memory that the machine can spare. Children have the limits of before.
/// Where nobody would say why (LastWords, say_last_words()), nothing is limited. One at a time.
class LimitedTask {
 public:
  explicit LimitedTask(const Task& task);
  ~LimitedTask();
  LimitedTask(const LimitedTask&) = delete;
  LimitedTask& operator=(const LimitedTask&) = delete;

  /// In a child that was just made: it is no part of its maker's task, nor has it its LastWords.
  static void leave() noexcept;
};

/// Ends the process, as memory has run out.
[[noreturn]] void out_of_memory() noexcept;

}  // namespace rootlet
