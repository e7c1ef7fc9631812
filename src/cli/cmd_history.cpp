#include <array>
#include <utility>

#include "command.hpp"

namespace rootlet::cli {
namespace {

struct Command {
  const char* name;
  const char* description;
  AddCommand add;
};

constexpr std::array<Command, 6> commands{{
    {"add", "Record what an image is made of, at the end of its history", add_history_add},
    {"survey", "Solve recipes for several releases, without building, and record what they come to",
     add_history_survey},
    {"show", "Show how the size of images went from release to release, and why", add_history_show},
    {"diff", "Show what differs between any two releases of an image, and what did it", add_history_diff},
    {"check", "Hold an image against the budget of its recipe", add_history_check},
    {"report", "Write a page about sizes over releases", add_history_report},
}};

}  // namespace

Action add_history(CLI::App& app) {
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(command.name, command.description);
    sub->fallthrough();
    sub->footer("Options that go with every command: see 'rootlet --help'");
    actions.emplace_back(sub, command.add(*sub));
  }
  return [actions](const Session& session) {
    for (const auto& [sub, action] : actions) {
      if (sub->parsed()) return action(session);
    }
    return 0;  // require_subcommand() has seen to it that one was parsed
  };
}

}  // namespace rootlet::cli
