#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace rootlet::cli {

/// The script that completes the command line in this shell, made from the same table as --help. Error of CLI11's:
/// there is none for this shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

/// Prints what the last of these words can become, a line each: what scripts ask by `rootlet --complete KIND WORD...`.
/// KIND is PACKAGE or DISTRO, the others are the command line up to where a TAB was typed. Nothing is fetched; where
/// something is wrong or takes long, there is nothing.
int complete(const CLI::App& app, const std::vector<std::string>& words);

namespace completion {

/// Kind of value that an option or a command takes. For some, the script asks rootlet --complete.
enum class Kind {
  nothing_known,
  words,
  files,
  directories,
  packages,  ///< names of packages; asked for
  distros,   ///< names of distributions with their releases; asked for
  recipes,   ///< files *.yaml; with --distro packages
  targets    ///< files; with --distro packages
};

struct Value {
  std::string name;  ///< as --help has it: RECIPE
  Kind kind = Kind::nothing_known;
  std::vector<std::string> words;
  bool repeated = false;
};

struct Option {
  std::vector<std::string> names;  ///< with their dashes: -o, --output
  std::string description;
  bool takes_value = false;
  Value value;
};

/// rootlet itself or one of its commands.
struct Entry {
  std::string path;  ///< "history add"; of rootlet itself empty
  std::string name;
  std::string description;
  std::vector<Option> options;
  std::vector<Value> places;  ///< values that it takes without an option's name, in order
  std::vector<Entry> commands;
};

/// The command line as CLI11 knows it.
Entry entries(const CLI::App& app);

/// The scripts; the options of `top` go with every command.
std::string bash(const Entry& top);
std::string zsh(const Entry& top);
std::string fish(const Entry& top);

/// The commands below this one, each before those below it.
std::vector<const Entry*> all_below(const Entry& entry);

/// 'text' for bash and zsh, whatever it holds.
std::string shell_quoted(const std::string& text);

}  // namespace completion
}  // namespace rootlet::cli
