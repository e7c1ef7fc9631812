#pragma once

#include <string>
#include <vector>

#include "causes.hpp"
#include "rootlet/problem.hpp"

namespace rootlet::solv {

/// Hints at a requirement of a package that nothing provides: similar libraries, other architectures, repositories of
/// different age.
std::vector<Hint> missing_hints(::Pool& pool, const Causes& causes, Id package, Id dep);

/// The same at what files of the recipe need and nothing provides, and what can be done about it.
std::vector<Hint> missing_hints_of_files(::Pool& pool, const std::string& capability);

/// Guesses at an entry of `packages` that matches nothing; `instead`: what to write for it, best guess first.
struct Guess {
  std::vector<Hint> hints;
  std::vector<std::string> instead;
};
Guess guess(::Pool& pool, const std::string& entry);

}  // namespace rootlet::solv
