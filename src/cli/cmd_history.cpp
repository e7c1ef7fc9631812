#include <array>

#include "command.hpp"

namespace rootlet::cli {
namespace {

constexpr std::array<Command, 6> history_commands{{
    {"add", "Record what an image is made of, at the end of its history", add_history_add},
    {"survey", "Solve recipes for several releases, without building, and record what they come to",
     add_history_survey},
    {"show", "Show how the size of images went from release to release, and why", add_history_show},
    {"diff", "Show what differs between any two releases of an image, and what did it", add_history_diff},
    {"check", "Hold an image against the budget of its recipe", add_history_check},
    {"report", "Write a page about sizes over releases", add_history_report},
}};

}  // namespace

Action add_history(CLI::App& app) { return add_commands(app, history_commands); }

}  // namespace rootlet::cli
