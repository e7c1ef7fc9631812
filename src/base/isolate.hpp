#pragma once

#include <functional>
#include <string>

namespace rootlet {

/// Returns what `work` returns, or throws its Error, run in a child process: libraries that crash on malformed input
/// (libmodulemd 2.14, libcomps 0.1.19), or take for ever over it, cannot take the program with them. `library` is named
/// in the Error of a child that crashes, or takes more than 20 seconds of processor time or 4 GB of memory.
std::string run_isolated(const std::string& library, const std::function<std::string()>& work);

}  // namespace rootlet
