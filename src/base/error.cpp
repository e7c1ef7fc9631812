#include "rootlet/error.hpp"

#include <cerrno>
#include <system_error>

#include "base/secrets.hpp"

namespace rootlet {

Error::Error(const std::string& message, const std::string& hint, ErrorKind kind)
    : std::runtime_error(without_secrets(message)), hint_(without_secrets(hint)), kind_(kind) {}

Error system_error(const std::string& what) { return system_error(what, errno); }

Error system_error(const std::string& what, int error_number) {
  // generic_category() is not translated by the locale in libstdc++.
  std::string hint;
  if (error_number == ENOSPC || error_number == EDQUOT) hint = "free some space there, or choose another place";
  return Error(what + ": " + std::generic_category().message(error_number), hint);
}

int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::failure: return 1;
    case ErrorKind::usage: return 2;
    case ErrorKind::no_solution: return 3;
  }
  return 1;
}

}  // namespace rootlet
