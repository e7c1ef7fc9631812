#include <fmt/format.h>

#include "base/text.hpp"
#include "completion.hpp"

namespace rootlet::cli::completion {
namespace {

// Options of a command end the search for it, but for those that go with every command.
constexpr const char* fish_head = R"(# Completes the command line of rootlet in fish. Made by rootlet --completion fish.

# Whether the command line has come to COMMAND.
function __rootlet_at
    set -l at
    set -l skip no
    for word in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
        else if contains -- $word $__rootlet_with_value
            set skip yes
        else if not string match -q -- '-*' $word
            contains -- (string join ' ' $at $word) $__rootlet_commands; or break
            set -a at $word
        end
    end
    test "$at" = "$argv[1]"
end

# What rootlet knows of the cache and its distributions: PACKAGE or DISTRO.
function __rootlet_ask
    set -l words (commandline -opc) (commandline -ct)
    type -q $words[1]; or return
    $words[1] --complete $argv[1] $words[2..] 2>/dev/null
end

# Whether packages of a distribution take the place of recipes and targets.
function __rootlet_distro
    string match -q -- '--distro*' (commandline -opc)
end

)";

std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_value(const Value& value) {
  switch (value.kind) {
    case Kind::words: return " -x -a " + fish_quoted(join(value.words, " "));
    case Kind::files: return " -r -F";
    case Kind::directories: return " -x -a '(__fish_complete_directories)'";
    case Kind::packages: return " -x -a '(__rootlet_ask PACKAGE)'";
    case Kind::distros: return " -x -a '(__rootlet_ask DISTRO)'";
    case Kind::recipes:
    case Kind::targets: return " -r -F";
    case Kind::nothing_known: break;
  }
  return " -x";
}

/// `where`: the condition for the option to be offered.
std::string fish_option(const Option& option, const std::string& where) {
  std::string text = "complete -c rootlet" + where;
  for (const std::string& name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (option.takes_value) text += fish_value(option.value);
  return text + " -d " + fish_quoted(option.description) + "\n";
}

std::string fish_entry(const Entry& entry, bool is_top) {
  const std::string at = " -n " + fish_quoted("__rootlet_at " + fish_quoted(entry.path));
  std::string text;
  for (const Entry& command : entry.commands) {
    text += fmt::format("complete -c rootlet{} -a {} -d {}\n", at, command.name, fish_quoted(command.description));
  }
  // fish does not count places: what one of them takes is offered at each.
  bool files = false;
  bool packages = false;
  bool of_distro = false;
  for (const Value& place : entry.places) {
    if (place.kind == Kind::words) {
      text += fmt::format("complete -c rootlet{} -a {}\n", at, fish_quoted(join(place.words, " ")));
    }
    of_distro = of_distro || place.kind == Kind::recipes || place.kind == Kind::targets;
    files = files || of_distro || place.kind == Kind::files || place.kind == Kind::directories;
    packages = packages || place.kind == Kind::packages;
  }
  if (files) text += "complete -c rootlet" + at + " -F\n";
  if (packages || of_distro) {
    text += fmt::format("complete -c rootlet{}{} -a '(__rootlet_ask PACKAGE)'\n", at,
                        packages ? "" : " -n __rootlet_distro");
  }
  for (const Option& option : entry.options) {
    if (!is_top && option.names.back() == "--help") continue;  // rootlet's own goes with every command
    text += fish_option(option, is_top ? "" : at);
  }
  return text;
}

}  // namespace

std::string fish(const Entry& top) {
  std::string text = fish_head;
  std::vector<std::string> with_value;
  for (const Option& option : top.options) {
    if (option.takes_value) with_value.insert(with_value.end(), option.names.begin(), option.names.end());
  }
  std::string commands;
  for (const Entry* entry : all_below(top)) commands += " " + fish_quoted(entry->path);
  text += "set -g __rootlet_with_value " + join(with_value, " ") + "\nset -g __rootlet_commands" + commands + "\n";
  text += "complete -c rootlet -f\n" + fish_entry(top, true);
  for (const Entry* entry : all_below(top)) text += fish_entry(*entry, false);
  return text;
}

}  // namespace rootlet::cli::completion
