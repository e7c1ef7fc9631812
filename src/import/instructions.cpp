#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "containerfile.hpp"

namespace rootlet::imports {
namespace {

using recipe::Value;

std::string one_line_of(const std::string& text) {
  std::string line = text;
  std::replace(line.begin(), line.end(), continued, ' ');
  const std::size_t begin = line.find_first_not_of(" \t\r");
  return begin == std::string::npos ? "" : line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

class InstructionTaker {
 public:
  InstructionTaker(const Containerfile& file, RecipeDraft& draft) : file_(file), draft_(draft) {}

  void take(const Instruction& one, const std::map<std::string, int>& last) {
    const auto later = last.find(one.name);
    if (later != last.end() && later->second != one.mark.line) {
      const std::string line = std::to_string(later->second);
      return draft_.leave(one.mark, one.name + " " + one_line_of(one.text),
                          one.name + " in line " + line + " takes its place");
    }
    if (one.name == "ARG") return take_argument(one);
    if (one.name == "ENV") return take_pairs(one, "image.env");
    if (one.name == "LABEL") return take_pairs(one, "image.labels");
    if (one.name == "USER") return take_text(one, "image.user");
    if (one.name == "STOPSIGNAL") return take_text(one, "image.stop_signal");
    if (one.name == "WORKDIR") return take_workdir(one);
    if (one.name == "ENTRYPOINT" || one.name == "CMD") return take_command(one);
    if (one.name == "EXPOSE") return take_items(one, "image.ports");
    if (one.name == "VOLUME") return take_items(one, "image.volumes");
    if (one.name == "SHELL") {
      if (const auto words = exec_form(one_line_of(one.text))) shell_ = *words;
      return draft_.leave(one.mark, one.name, "it counts for the commands below, as they are written here");
    }
    const bool copies = one.name == "COPY" || one.name == "ADD";
    draft_.leave(one.mark, one.name + " " + one_line_of(one.text), copies ? why_not_copied(one) : why_not(one.name));
  }

  [[nodiscard]] const Variables& variables() const noexcept { return variables_; }
  /// Arguments count in one stage only, what ENV sets in those that build on it, too.
  void begin_stage() { variables_ = environment_; }

 private:
  static std::string why_not(const std::string& name) {
    if (name == "HEALTHCHECK")
      return "images of OCI have no such thing; tests runs commands before the image is published";
    if (name == "MAINTAINER") return "the label org.opencontainers.image.authors says it";
    if (name == "ONBUILD") return "images of OCI have no such thing";
    return "recipes have nothing like it";
  }

  /// Where the files come from, and the entry of `files` that brings them.
  [[nodiscard]] std::string why_not_copied(const Instruction& one) const {
    std::string from;
    std::vector<std::string> paths;
    for (const ShellWord& word : plain_words(one.text, one.mark.line, variables_)) {
      if (word.text.starts_with("--from=")) from = word.text.substr(7);
      if (!word.text.starts_with("--")) paths.push_back(word.text);
    }
    if (from.empty() || paths.size() < 2) return "files brings files, trees and parts of images";
    const std::string entry = "{path: " + paths.back() + ", image: ";
    const std::string subpath = ", subpath: " + paths.front() + "}";
    const Stage* stage = stage_named(file_, from, file_.stages.size());
    const std::string image = stage == nullptr ? from : stage->instructions.empty() ? stage->image : "";
    if (!image.empty() && stage_named(file_, image, file_.stages.size()) == nullptr)
      return "files brings it: " + entry + "docker://" + image + subpath;
    const bool installs =
        std::any_of(stage->instructions.begin(), stage->instructions.end(),
                    [](const Instruction& run) { return run.text.find("--installroot") != std::string::npos; });
    const std::string brings =
        installs ? "what it installs with --installroot is in packages; the rest" : "what it makes";
    return "recipes have no stages: " + brings + " is built before and comes by files: " + entry + from + ".oci" +
           subpath + ", or tree: DIRECTORY";
  }

  void take_argument(const Instruction& one) {
    for (const ShellWord& word : plain_words(one.text, one.mark.line, variables_)) {
      const std::size_t equals = word.text.find('=');
      const std::string name = word.text.substr(0, equals);
      if (equals != std::string::npos && !word.open) {
        variables_.emplace(name, word.text.substr(equals + 1));
        draft_.leave(one.mark, "ARG " + name, "its default stands wherever it is used");
      } else if (const auto given = file_.arguments.find(name); given != file_.arguments.end()) {
        variables_.emplace(name, given->second);
        draft_.leave(one.mark, "ARG " + name, "its default stands wherever it is used");
      } else {
        draft_.leave(one.mark, "ARG " + name, "it has no default");
      }
    }
  }

  void take_pairs(const Instruction& one, const std::string& key) {
    const std::vector<ShellWord> words = plain_words(one.text, one.mark.line, variables_);
    const bool old_form = !words.empty() && words.front().text.find('=') == std::string::npos;
    if (old_form) {
      const std::string text = one_line_of(one.text);
      const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
      bool open = false;
      const std::string value = expanded(one_line_of(text.substr(blank)), variables_, open);
      return take_pair(key, words.front().text, {value, one.mark.line, open}, one);
    }
    for (const ShellWord& word : words) {
      const std::size_t equals = std::min(word.text.find('='), word.text.size());
      take_pair(key, word.text.substr(0, equals),
                {word.text.substr(std::min(equals + 1, word.text.size())), word.line, word.open}, one);
    }
  }

  void take_pair(const std::string& key, const std::string& name, const ShellWord& value, const Instruction& one) {
    const Mark mark{one.mark.file, value.line, 1};
    if (value.open)
      return draft_.leave(mark, one.name + " " + name, "its value depends on a variable that has none here");
    draft_.put(key, name, text_value(value.text, mark), one.name + " " + name);
    if (one.name == "ENV") environment_[name] = variables_[name] = value.text;
  }

  /// The text of an instruction with its variables; nothing, and noted, where one is not known.
  std::optional<std::string> text_of(const Instruction& one) {
    bool open = false;
    std::string text = expanded(one_line_of(one.text), variables_, open);
    if (!open) return text;
    draft_.leave(one.mark, one.name + " " + text, "it depends on a variable that has no value here");
    return std::nullopt;
  }

  void take_text(const Instruction& one, const std::string& key) {
    const auto text = text_of(one);
    if (text) draft_.set(key, text_value(*text, one.mark), one.name + " " + *text);
  }

  void take_workdir(const Instruction& one) {
    const auto text = text_of(one);
    if (!text) return;
    const Value* before = draft_.find("image.workdir");
    std::filesystem::path path = *text;
    if (path.is_relative()) path = std::filesystem::path(before == nullptr ? "/" : before->text) / path;
    std::string normal = path.lexically_normal().string();
    if (normal.size() > 1 && normal.back() == '/') normal.pop_back();
    draft_.set("image.workdir", text_value(normal, one.mark), one.name + " " + *text);
  }

  void take_command(const Instruction& one) {
    const std::string key = one.name == "CMD" ? "image.cmd" : "image.entrypoint";
    const std::string text = one_line_of(one.text);
    if (const auto words = exec_form(text)) {
      if (words->empty()) return draft_.leave(one.mark, one.name + " []", "there is none without it, either");
      return draft_.set(key, list_value(*words, one.mark), one.name + " " + text);
    }
    std::vector<std::string> words = shell_;
    words.push_back(text);
    draft_.set(key, list_value(words, one.mark), one.name + " " + text,
               "it runs in a shell, which a package must bring");
  }

  void take_items(const Instruction& one, const std::string& key) {
    const auto text = text_of(one);
    if (!text) return;
    std::vector<std::string> items = exec_form(*text).value_or(std::vector<std::string>());
    if (items.empty()) {
      for (const ShellWord& word : plain_words(*text, one.mark.line, {})) items.push_back(word.text);
    }
    for (const std::string& item : items) draft_.add(key, text_value(item, one.mark), one.name + " " + item);
  }

  const Containerfile& file_;
  RecipeDraft& draft_;
  Variables environment_;
  Variables variables_;
  std::vector<std::string> shell_{"/bin/sh", "-c"};
};

}  // namespace

std::optional<std::vector<std::string>> exec_form(const std::string& text) {
  if (!text.starts_with('[')) return std::nullopt;
  const auto list = json_or_discarded(text);
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> words;
  for (const auto& one : list) {
    if (!one.is_string()) return std::nullopt;
    words.push_back(one.get<std::string>());
  }
  return words;
}

void take_instructions(const Containerfile& file, const std::vector<const Stage*>& stages, RecipeDraft& draft,
                       const std::function<void(const Instruction&, const Variables&)>& run) {
  std::map<std::string, int> last;
  for (const Stage* stage : stages) {
    for (const Instruction& one : stage->instructions) {
      const bool single =
          one.name == "USER" || one.name == "ENTRYPOINT" || one.name == "CMD" || one.name == "STOPSIGNAL";
      if (single) last[one.name] = one.mark.line;
    }
  }
  InstructionTaker taker(file, draft);
  for (const Stage* stage : stages) {
    taker.begin_stage();
    for (const Instruction& one : stage->instructions) {
      if (one.name == "RUN") {
        run(one, taker.variables());
      } else {
        taker.take(one, last);
      }
    }
  }
}

}  // namespace rootlet::imports
