#pragma once

#include <functional>
#include <string>

#include "base/fs.hpp"

namespace rootlet {

/// In a child process: does the work, writes what it returns or throws (an Error) to `out`, and ends the process; with
/// exit code 0 unless something else was thrown or nobody could be told.
[[noreturn]] void answer_and_end(const Fd& out, const std::function<std::string()>& work) noexcept;

/// In the parent, of all that came: what the work returned. Throws the Error that it threw. Nothing
/// came, or no message: Error with the message `silent`.
std::string result_of(std::string answer, const std::string& silent);

}  // namespace rootlet
