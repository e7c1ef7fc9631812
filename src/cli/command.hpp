#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "rootlet/base/progress.hpp"
#include "rootlet/build/resolve.hpp"
#include "rootlet/model/package.hpp"
#include "rootlet/model/recipe.hpp"

namespace rootlet::cli {

/// What every command is given: the global options, read.
struct Session {
  build::Environment environment;
  bool json = false;
  bool quiet = false;
  Progress* progress = nullptr;
};

/// A command adds its options to `app` and returns what runs it; that returns the exit code.
using Action = std::function<int(const Session&)>;
using AddCommand = Action (*)(CLI::App& app);

Action add_build(CLI::App& app);
Action add_solve(CLI::App& app);
Action add_lock(CLI::App& app);
Action add_fetch(CLI::App& app);

/// Prints the result of a command: nothing else goes to stdout. Error: stdout cannot be written (a full disk, say).
void print(const std::string& text);

/// Reports that a recipe has no solution, as text on stderr or JSON on stdout; returns the exit code.
int no_solution(const Session& session, const Recipe& recipe, const Unsolvable& unsolvable);

/// "nginx.lock.json" beside nginx.yaml.
std::filesystem::path default_lock(const std::filesystem::path& recipe);

}  // namespace rootlet::cli
