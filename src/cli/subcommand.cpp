#include "subcommand.hpp"

#include <algorithm>
#include <array>

#include "man.hpp"
#include "rootlet/error.hpp"

namespace rootlet::cli {
namespace {

/// Refuses empty names of files: "$FILE" of a variable that is not set would be no option at all.
void refuse_empty_names(CLI::App& app) {
  constexpr std::array names{"FILE", "DIR", "RECIPE", "IMAGE", "KEY", "OUT"};
  const CLI::Validator given([](const std::string& value) { return value.empty() ? "its value is empty" : ""; }, "");
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();
    if (std::find(names.begin(), names.end(), type) != names.end()) option->check(given);
  }
}

}  // namespace

void add_man_option(CLI::App& app) {
  app.add_flag_callback(
         "--man",
         [&app] {
           CLI::App* top = &app;
           while (top->get_parent() != nullptr) top = top->get_parent();
           fill_all(*top);  // a page is of a command with all that is below it
           throw CLI::CallForVersion(man_page(app), CLI::ExitCodes::Success);
         },
         "Print the manual page")
      ->group("")
      ->trigger_on_parse();  // as soon as it is seen: the command that is required otherwise is not missed
}

Subcommand::Subcommand(const Command& command) : CLI::App(command.description, command.name), add_(command.add) {
  preparse_callback([this](std::size_t) { fill(); });
}

void Subcommand::fill() {
  if (action_) return;
  fallthrough();
  footer("Options that go with every command: see 'rootlet --help'");
  action_ = add_(*this);
  refuse_empty_names(*this);
  add_man_option(*this);
}

void fill_all(CLI::App& app) {
  for (CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (auto* command = dynamic_cast<Subcommand*>(one)) command->fill();
    fill_all(*one);
  }
}

Action add_commands(CLI::App& app, std::span<const Command> commands) {
  app.require_subcommand(1);
  std::vector<std::shared_ptr<Subcommand>> added;
  for (const Command& command : commands) {
    added.push_back(std::make_shared<Subcommand>(command));
    app.add_subcommand(added.back());
  }
  return [added](const Session& session) {
    for (const auto& command : added) {
      if (command->parsed()) return command->run(session);
    }
    return exit_code(ErrorKind::usage);
  };
}

}  // namespace rootlet::cli
