#include "run.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "formats.hpp"

namespace rootlet::imports {

/// Where commands stand, and what becomes of those that install nothing.
struct RunTaker::Source {
  const std::vector<const Stage*>& stages;
  std::string file;  ///< the Containerfile, or a script that it runs
  const Variables& variables;
  bool only_roots = false;
  bool in_script = false;
  std::vector<std::string>& others;  ///< names of programs that were not understood
};

namespace {

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool says_nothing(const std::string& name) {
  constexpr std::array silent{"set",  "true", ":",    "echo",  "grep",   "[",    "[[",
                              "test", "cd",   "exit", "local", "return", "shift"};
  return std::find(silent.begin(), silent.end(), name) != silent.end();
}

/// The text behind "--mount=…" and the like, whose place blanks keep.
std::string without_flags(const std::string& text) {
  std::size_t at = text.find_first_not_of(std::string(" \t") + continued);
  std::string out = text;
  while (at != std::string::npos && text.compare(at, 2, "--") == 0) {
    const std::size_t end = std::min(text.find_first_of(std::string(" \t\n") + continued, at), text.size());
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(at), out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    at = text.find_first_not_of(std::string(" \t\n") + continued, end);
  }
  return out;
}

std::vector<ShellCommand> commands_of(const Instruction& run, const Variables& variables) {
  const std::string text = without_flags(run.text);
  const std::size_t begin = text.find_first_not_of(" \t\r");
  const auto words = begin == std::string::npos
                         ? std::nullopt
                         : exec_form(text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
  if (!words || words->empty()) return shell_commands(text, run.text_line, variables);
  ShellCommand command;
  for (const std::string& word : *words) command.words.push_back({word, run.text_line});
  return {command};
}

/// Where a path within the image comes from, by what COPY and ADD of the stages say; then what has its name beside the
/// Containerfile.
std::vector<std::string> origins_of(const std::string& path, const std::vector<const Stage*>& stages,
                                    const Variables& variables) {
  constexpr int most_copies = 1000;
  int copies = 0;
  std::vector<std::string> origins;
  for (const Stage* stage : stages) {
    for (const Instruction& one : stage->instructions) {
      if ((one.name != "COPY" && one.name != "ADD") || ++copies > most_copies) continue;
      std::vector<std::string> paths;
      bool is_from_elsewhere = false;
      for (const ShellWord& word : plain_words(one.text, one.mark.line, variables)) {
        if (word.text.starts_with("--from=")) is_from_elsewhere = true;
        if (!word.text.starts_with("--")) paths.push_back(word.text);
      }
      if (is_from_elsewhere || paths.size() < 2) continue;
      std::string place = paths.back();
      paths.pop_back();
      if (paths.size() == 1 && place == path) origins.push_back(paths.front());
      if (!place.ends_with('/')) place += '/';
      if (!path.starts_with(place)) continue;
      for (const std::string& from : paths) {
        const std::string rest = path.substr(place.size());
        origins.push_back(name_of(from) == rest ? from : from + "/" + rest);
      }
    }
  }
  origins.push_back(name_of(path));
  return origins;
}

/// The file of a script that a command runs: by its path, or by a shell.
std::string script_of(const ShellCommand& command) {
  constexpr std::array<std::string_view, 4> shells{"bash", "sh", "source", "."};
  const std::string& first = command.words.front().text;
  if (std::find(shells.begin(), shells.end(), name_of(first)) == shells.end()) return first;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    if (!command.words[i].text.starts_with('-')) return command.words[i].text;
  }
  return "";
}

}  // namespace

void RunTaker::take(const std::vector<const Stage*>& stages, const Instruction& run, const Variables& variables,
                    bool only_roots) {
  std::vector<std::string> others;
  const Source source{stages, run.mark.file, variables, only_roots, false, others};
  for (const ShellCommand& command : commands_of(run, variables)) take_command(command, source);
  if (others.empty() || only_roots) return;
  constexpr std::size_t most = 8;
  const bool more = others.size() > most;
  others.resize(std::min(others.size(), most));
  draft_.leave(run.mark, "RUN " + join(others, ", ") + (more ? ", …" : ""),
               "recipes run no commands; files and users bring files and accounts");
}

std::optional<ForeignFile> RunTaker::find_file(const std::string& path, const Source& source) {
  constexpr int most_files = 200;
  if (++looked_for_ > most_files) return std::nullopt;
  for (const std::string& origin : origins_of(path, source.stages, source.variables)) {
    auto file = open_beside(draft_.top(), source.stages.back()->mark.file, origin);
    if (auto* found = std::get_if<ForeignFile>(&file)) return std::move(*found);
  }
  return std::nullopt;
}

void RunTaker::take_command(const ShellCommand& command, const Source& source) {
  if (const auto call = dnf_call(command)) return take_call(*call, source);
  if (const auto call = dnf_call_of_xargs(command)) return take_list(command, *call, source);
  if (!source.in_script && take_script(command, source)) return;
  const std::string name = name_of(command.words.front().text);
  if (says_nothing(name) || std::find(source.others.begin(), source.others.end(), name) != source.others.end()) return;
  source.others.push_back(name);
}

void RunTaker::take_call(const DnfCall& call, const Source& source) {
  if (source.only_roots && call.install_root.empty()) {
    return draft_.leave({source.file, call.line, 1}, "dnf " + call.command,
                        "it is of a stage that the image is only made with");
  }
  take_dnf_call(call, source.file,
                call.conditional ? "it is installed only on a condition, which is not looked at" : "", draft_);
  told_defaults(call, source.file);
}

void RunTaker::take_list(const ShellCommand& command, DnfCall call, const Source& source) {
  const auto list = command.input.empty() ? std::nullopt : find_file(command.input, source);
  if (!list) {
    return draft_.leave({source.file, call.line, 1}, "xargs dnf " + call.command,
                        "the list that it reads does not lie beside the Containerfile");
  }
  draft_.note_taken({source.file, call.line, 1}, "xargs dnf " + call.command, "packages",
                    "the list " + name_of(command.input));
  take_call(call, source);
  DnfCall of_list;
  of_list.command = call.command;
  int line = 0;
  for (const std::string& text : lines_of(list->text)) {
    ++line;
    const auto words = plain_words(text, line, {});
    if (!words.empty() && words.front().text[0] != '#' && words.front().text[0] != '-')
      of_list.words.push_back({words.front().text, line});
  }
  take_dnf_call(of_list, list->name, "", draft_);
}

bool RunTaker::take_script(const ShellCommand& command, const Source& source) {
  const std::string path = script_of(command);
  if (path.empty() || path.find('$') != std::string::npos) return false;
  const bool by_path = path == command.words.front().text;
  if (by_path && path.find('/') == std::string::npos && !path.ends_with(".sh")) return false;
  const auto script = find_file(path, source);
  if (!script || (by_path && !script->text.starts_with("#!") && !path.ends_with(".sh"))) return false;
  draft_.note_taken({source.file, command.words.front().line, 1}, "RUN " + name_of(path), "packages",
                    "what it installs by dnf");
  const Source within{source.stages, script->name, source.variables, source.only_roots, true, source.others};
  for (const ShellCommand& one : shell_commands(script->text, 1, source.variables)) take_command(one, within);
  return true;
}

void RunTaker::told_defaults(const DnfCall& call, const std::string& file) {
  if (told_ || !tells_defaults_ || call.command != "install") return;
  told_ = true;
  const Mark mark{file, call.line, 1};
  if (!call.weak_deps) leave_weak_deps(mark, "the command", draft_);
  if (!call.docs) {
    draft_.leave(mark, "documentation",
                 "the command leaves it to the settings of DNF whether it comes; here it comes with docs: true only");
  }
}

}  // namespace rootlet::imports
