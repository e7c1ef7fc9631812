#pragma once

#include "command.hpp"

namespace rootlet::cli {

/// A command of the command line. Its options are added when its name has been read, or for documents: to add those of
/// all commands takes a third of a start.
class Subcommand : public CLI::App {
 public:
  explicit Subcommand(const Command& command);

  /// Adds its options, once.
  void fill();

  /// Runs it; it has been read.
  [[nodiscard]] int run(const Session& session) const { return action_(session); }

 private:
  AddCommand add_;
  Action action_;  ///< none before fill()
};

/// Adds the options of all commands below `app`.
void fill_all(CLI::App& app);

/// Gives an application --man, which says no more than --help, and so is not in it.
void add_man_option(CLI::App& app);

}  // namespace rootlet::cli
