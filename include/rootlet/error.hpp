#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace rootlet {

/// Meaning of an error for the process: its exit code (see exit_code()).
enum class ErrorKind {
  failure,      ///< something went wrong while doing what was asked: exit 1
  usage,        ///< the command line or the recipe is wrong: exit 2
  no_solution,  ///< no package set satisfies the recipe, or findings were made: exit 3
};

/// The one exception of the project. `what()` names the object and the cause, outermost first, joined
/// with ": "; `hint()` is the way out and may be empty. Neither holds user information or secrets of URLs, whatever the
/// text that it was made of (base/secrets.hpp).
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, const std::string& hint = {}, ErrorKind kind = ErrorKind::failure);

  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

  /// The same error seen from one level further out: "<context>: <message>".
  [[nodiscard]] Error within(std::string_view context) const {
    return Error(std::string(context) + ": " + what(), hint_, kind_);
  }

 private:
  std::string hint_;
  ErrorKind kind_;
};

/// A wrong command line or recipe (exit code 2).
[[nodiscard]] inline Error usage_error(const std::string& message, const std::string& hint = {}) {
  return Error(message, hint, ErrorKind::usage);
}

/// "<what>: <strerror(errno)>"; call it right after the failed system call.
[[nodiscard]] Error system_error(const std::string& what);
[[nodiscard]] Error system_error(const std::string& what, int error_number);

/// 1, 2 or 3: see ErrorKind.
[[nodiscard]] int exit_code(ErrorKind kind) noexcept;

}  // namespace rootlet
