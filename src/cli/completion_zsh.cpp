#include <fmt/format.h>

#include "base/text.hpp"
#include "completion.hpp"

namespace rootlet::cli::completion {
namespace {

/// Backslashes before the characters that mean something to _arguments and _describe.
std::string zsh_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

/// ":OUT:_files", which follows an option or a place in a line for _arguments.
std::string zsh_value(const Value& value) {
  std::string action = " ";
  if (value.kind == Kind::words) action = "(" + join(value.words, " ") + ")";
  if (value.kind == Kind::files) action = "_files";
  if (value.kind == Kind::directories) action = "_files -/";
  if (value.kind == Kind::packages) action = "_rootlet_ask PACKAGE";
  if (value.kind == Kind::distros) action = "_rootlet_ask DISTRO";
  if (value.kind == Kind::recipes) action = "_rootlet_recipes";
  if (value.kind == Kind::targets) action = "_rootlet_targets";
  return ":" + zsh_escaped(value.name.empty() ? "value" : value.name) + ":" + action;
}

/// Lines for _arguments: one for each name of the option, each of which excludes the others.
std::string zsh_option(const Option& option) {
  const std::string before = option.value.repeated ? "*" : "(" + join(option.names, " ") + ")";
  std::string text;
  for (const std::string& name : option.names) {
    std::string line = before + name;
    if (option.takes_value) line += name.starts_with("--") ? "=" : "+";
    line += "[" + zsh_escaped(option.description) + "]";
    if (option.takes_value) line += zsh_value(option.value);
    text += "    " + shell_quoted(line) + "\n";
  }
  return text;
}

std::string zsh_places(const Entry& entry) {
  std::string text;
  for (std::size_t i = 0; i < entry.places.size(); ++i) {
    const Value& place = entry.places[i];
    text += "    " + shell_quoted((place.repeated ? "*" : std::to_string(i + 1)) + zsh_value(place)) + "\n";
  }
  return text;
}

std::string function_of(const Entry& entry) {
  std::string name = "_rootlet";
  if (!entry.path.empty()) name += "_" + entry.path;
  for (char& c : name) {
    if (c == ' ') c = '_';
  }
  return name;
}

/// Code of a command with commands after its options: completes the command's name, or calls its function.
std::string zsh_dispatch(const Entry& entry) {
  std::string text = "  case $state in\n  command)\n    local -a commands=(\n";
  for (const Entry& command : entry.commands) {
    text += "      " + shell_quoted(zsh_escaped(command.name) + ":" + zsh_escaped(command.description)) + "\n";
  }
  text += "    )\n    _describe -t commands command commands\n    ;;\n  rest)\n    case $words[1] in\n";
  for (const Entry& command : entry.commands) {
    text += fmt::format("    {}) {} ;;\n", command.name, function_of(command));
  }
  return text + "    esac\n    ;;\n  esac\n";
}

// $typed has the words of the command line, since _arguments leaves only those from a command on in $words.
constexpr const char* zsh_head = R"zsh(#compdef rootlet
# Completes the command line of rootlet in zsh. Made by rootlet --completion zsh.

# What rootlet knows of the cache and its distributions: PACKAGE or DISTRO, behind options for compadd.
_rootlet_ask() {
  local -a found=(${(f)"$($typed[1] --complete $argv[-1] "${(@)typed[2,-1]}" 2> /dev/null)"})
  compadd "${(@)argv[1,-2]}" -a found
}

_rootlet_recipes() {
  if (( $typed[(I)--distro*] )); then
    _rootlet_ask "$@" PACKAGE
  else
    _files "$@" -g '*.(yaml|yml)'
  fi
}

_rootlet_targets() {
  if (( $typed[(I)--distro*] )); then
    _rootlet_ask "$@" PACKAGE
  else
    _files "$@"
  fi
}

)zsh";

std::string zsh_function(const Entry& entry, bool is_top) {
  std::string text = fmt::format("{}() {{\n", function_of(entry));
  if (is_top) text += "  local -a typed=(\"${(@Q)words[1,CURRENT]}\")\n";
  if (!entry.commands.empty()) text += "  local curcontext=$curcontext state state_descr line\n  typeset -A opt_args\n";
  text += is_top ? "  local -a every=(\n" : "  local -a own=(\n";
  for (const Option& option : entry.options) text += zsh_option(option);
  if (entry.commands.empty()) {
    return text + zsh_places(entry) + "  )\n  _arguments -S $own $every\n}\n\n";
  }
  text += fmt::format("  )\n  _arguments -C -S {}$every '1: :->command' '*:: :->rest'\n", is_top ? "" : "$own ");
  return text + zsh_dispatch(entry) + "}\n\n";
}

}  // namespace

std::string zsh(const Entry& top) {
  std::string text = zsh_head;
  for (const Entry* entry : all_below(top)) text += zsh_function(*entry, false);
  return text + zsh_function(top, true) + "_rootlet \"$@\"\n";
}

}  // namespace rootlet::cli::completion
