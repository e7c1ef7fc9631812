#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "completion.hpp"

namespace rootlet::cli::completion {
namespace {

// Values as _rootlet_enter and _rootlet_option have them: words to choose from, or one of @files, @directories,
// @recipes, @targets, @packages, @distros, @unknown.
constexpr const char* bash_head = R"(# Completes the command line of rootlet in bash. Made by rootlet --completion bash.

# Sets what may follow COMMAND: commands, options, what its places take and what all further ones take.
_rootlet_enter() {
  commands='' options='' places=() further=@unknown
  case $1 in
)";

constexpr const char* bash_middle = R"(  esac
}

# Sets what OPTION of COMMAND takes; nothing for an option without a value.
_rootlet_option() {
  takes=''
  case "$1 $2" in
)";

constexpr const char* bash_tail = R"(  esac
}

# Replies with what rootlet knows of the cache and its distributions: PACKAGE or DISTRO.
_rootlet_ask() {
  mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" --complete "$1" "${words[@]/#\~\//$HOME/}" 2> /dev/null)
  # For readline a word begins behind the last colon.
  if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
  fi
}

# Replies with recipes and directories; with any file where there are none.
_rootlet_recipes() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(
    compgen -f -X '!*.yaml' -- "$word"
    compgen -f -X '!*.yml' -- "$word"
    compgen -d -- "$word"
  )
  ((${#COMPREPLY[@]})) || compopt -o default
}

_rootlet() {
  local command='' commands options places further takes='' place=0 word i words=() distro=''
  # Words as they were typed: bash takes them apart at colons.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((${#words[@]})) && [[ $word == :* || ${words[-1]} == *: ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  _rootlet_enter ''
  for word in "${words[@]:0:${#words[@]}-1}"; do
    [[ $word != --distro ]] || distro=given
    if [[ $word == '=' ]]; then
      continue # between an option and its value
    elif [[ -n $takes ]]; then
      takes=''
    elif [[ $word == -* ]]; then
      _rootlet_option "$command" "$word"
    elif [[ " $commands " == *" $word "* ]]; then
      command=${command:+$command }$word
      _rootlet_enter "$command"
    else
      place=$((place + 1))
    fi
  done
  word=${words[-1]}
  [[ $word != '=' ]] || word=''
  if [[ -z $takes ]]; then
    if [[ $word == -* ]]; then
      takes=$options
    elif [[ -n $commands ]]; then
      takes=$commands
    else
      takes=${places[place]-$further}
    fi
  fi
  COMPREPLY=()
  if [[ -n $distro && ($takes == @recipes || $takes == @targets) ]]; then
    takes=@packages
  fi
  case $takes in
  @files | @targets) compopt -o default ;;
  @recipes) _rootlet_recipes ;;
  @packages) _rootlet_ask PACKAGE ;;
  @distros) _rootlet_ask DISTRO ;;
  @directories) compopt -o dirnames ;;
  @unknown) ;;
  *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$word") ;;
  esac
}
complete -F _rootlet rootlet
)";

std::string takes(const Value& value) {
  switch (value.kind) {
    case Kind::words: return shell_quoted(join(value.words, " "));
    case Kind::files: return "@files";
    case Kind::directories: return "@directories";
    case Kind::packages: return "@packages";
    case Kind::distros: return "@distros";
    case Kind::recipes: return "@recipes";
    case Kind::targets: return "@targets";
    case Kind::nothing_known: break;
  }
  return "@unknown";
}

std::string bash_entry(const Entry& entry, const Entry& top) {
  std::vector<std::string> commands;
  for (const Entry& command : entry.commands) commands.push_back(command.name);
  std::vector<std::string> options;
  const auto add = [&](const Entry& of) {
    for (const Option& option : of.options) {
      for (const std::string& name : option.names) {
        if (std::find(options.begin(), options.end(), name) == options.end()) options.push_back(name);
      }
    }
  };
  add(entry);
  add(top);
  std::vector<std::string> places;
  for (const Value& place : entry.places) places.push_back(takes(place));
  std::string text = fmt::format("  {})\n", shell_quoted(entry.path));
  if (!commands.empty()) text += fmt::format("    commands={}\n", shell_quoted(join(commands, " ")));
  text += fmt::format("    options={}\n", shell_quoted(join(options, " ")));
  if (!places.empty()) text += fmt::format("    places=({})\n", join(places, " "));
  if (!places.empty() && entry.places.back().repeated) text += fmt::format("    further={}\n", places.back());
  return text + "    ;;\n";
}

/// The lines of a case; `command` stands for any where it is "*".
std::string bash_options(const Entry& entry, const std::string& command) {
  std::string text;
  for (const Option& option : entry.options) {
    if (!option.takes_value) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names) {
      patterns.push_back(command == "*" ? "*" + shell_quoted(" " + name) : shell_quoted(command + " " + name));
    }
    text += fmt::format("  {}) takes={} ;;\n", join(patterns, " | "), takes(option.value));
  }
  return text;
}

}  // namespace

std::string bash(const Entry& top) {
  std::string text = bash_head + bash_entry(top, top);
  for (const Entry* entry : all_below(top)) text += bash_entry(*entry, top);
  text += bash_middle;
  for (const Entry* entry : all_below(top)) text += bash_options(*entry, entry->path);
  return text + bash_options(top, "*") + bash_tail;
}

}  // namespace rootlet::cli::completion
