#include "containerfile.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "formats.hpp"
#include "run.hpp"

namespace rootlet::imports {
namespace {

constexpr const char* builds_on = "the recipe begins with nothing; base: docker://… builds on an image";

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::string stripped(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Takes the lines of a Containerfile apart into instructions.
class InstructionReader {
 public:
  explicit InstructionReader(const ForeignFile& file) : file_(file), lines_(lines_of(file.text)) {}

  std::vector<Instruction> read() {
    std::vector<Instruction> all;
    read_directives();
    while (at_ < lines_.size()) {
      const std::string line = stripped(lines_[at_]);
      if (line.empty() || line[0] == '#') {
        ++at_;
        continue;
      }
      all.push_back(read_one());
    }
    return all;
  }

 private:
  /// "# escape=`" may stand before everything else.
  void read_directives() {
    for (const std::string& line : lines_) {
      if (!line.starts_with('#') || line.find('=') == std::string::npos) return;
      const std::string text = lower(line);
      if (text.find("escape") != std::string::npos && text.find('`') != std::string::npos) escape_ = '`';
    }
  }

  Instruction read_one() {
    const int first = static_cast<int>(at_) + 1;
    std::string whole = read_line();
    const std::size_t begin = whole.find_first_not_of(" \t");
    const std::size_t end = std::min(whole.find_first_of(std::string(" \t") + continued, begin), whole.size());
    Instruction one{upper(whole.substr(begin, end - begin)), whole.substr(end), {file_.name, first, 1}, first};
    if (one.name == "RUN" || one.name == "COPY" || one.name == "ADD") read_here_documents(one);
    return one;
  }

  /// A line with those that it goes on in; comments between them say nothing.
  std::string read_line() {
    std::string whole;
    bool goes_on = true;
    while (goes_on && at_ < lines_.size()) {
      std::string line = lines_[at_++];
      const std::string text = stripped(line);
      const bool is_comment = !whole.empty() && (text.empty() || text[0] == '#');
      if (is_comment) {
        whole += continued;
        continue;
      }
      const std::size_t last = line.find_last_not_of(" \t\r");
      goes_on = last != std::string::npos && line[last] == escape_;
      whole += line.substr(0, goes_on ? last : line.size());
      if (goes_on) whole += continued;
    }
    return whole;
  }

  void read_here_documents(Instruction& one) {
    const std::string head = one.text;
    std::string script;
    bool first = true;
    for (std::size_t at = head.find("<<"); at != std::string::npos; at = head.find("<<", at + 2)) {
      if (at + 2 < head.size() && head[at + 2] == '<') continue;
      std::size_t begin = at + 2;
      if (begin < head.size() && head[begin] == '-') ++begin;
      std::string word;
      for (; begin < head.size() && std::string_view(" \t\x01;&|>)").find(head[begin]) == std::string_view::npos;
           ++begin) {
        if (head[begin] != '"' && head[begin] != '\'') word += head[begin];
      }
      if (word.empty()) continue;
      const int body = static_cast<int>(at_) + 1;
      std::string text;
      while (at_ < lines_.size() && stripped(lines_[at_]) != word) text += lines_[at_++] + "\n";
      if (at_ < lines_.size()) ++at_;
      const bool alone = stripped(head.substr(0, at)).empty() || stripped(head.substr(0, at)).starts_with("--");
      if (first && alone && one.name == "RUN") {
        one.text = text;
        one.text_line = body;
      }
      first = false;
    }
  }

  const ForeignFile& file_;
  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  char escape_ = '\\';
};

Stage stage_of(const Instruction& from, const Variables& arguments) {
  Stage stage;
  stage.mark = from.mark;
  std::vector<std::string> words;
  for (const ShellWord& word : plain_words(from.text, from.mark.line, arguments)) {
    if (!word.text.starts_with("--")) words.push_back(word.text);
  }
  if (!words.empty()) stage.image = words[0];
  if (words.size() > 2 && lower(words[1]) == "as") stage.name = lower(words[2]);
  return stage;
}

/// The stages whose files the chain copies.
std::set<const Stage*> copied_from(const Containerfile& file, const std::vector<const Stage*>& chain) {
  std::set<const Stage*> stages;
  for (const Stage* stage : chain) {
    for (const Instruction& one : stage->instructions) {
      if (one.name != "COPY" && one.name != "ADD") continue;
      for (const ShellWord& word : plain_words(one.text, one.mark.line, file.arguments)) {
        if (!word.text.starts_with("--from=")) continue;
        if (const Stage* from = stage_named(file, word.text.substr(7), file.stages.size())) stages.insert(from);
      }
    }
  }
  return stages;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    std::replace(lines.back().begin(), lines.back().end(), continued, ' ');
    begin = end + 1;
  }
  return lines;
}

const Stage* stage_named(const Containerfile& file, const std::string& name, std::size_t before) {
  for (std::size_t i = 0; i < before; ++i) {
    if (lower(name) == file.stages[i].name || name == std::to_string(i)) return &file.stages[i];
  }
  return nullptr;
}

std::vector<const Stage*> chain_of(const Containerfile& file, std::size_t stage) {
  std::vector<const Stage*> chain{&file.stages[stage]};
  while (const Stage* base = stage_named(file, chain.front()->image, stage)) {
    stage = static_cast<std::size_t>(base - file.stages.data());
    chain.insert(chain.begin(), base);
  }
  return chain;
}

Containerfile parse_containerfile(const ForeignFile& file, const Variables& given) {
  constexpr std::size_t most_stages = 200;
  Containerfile parsed;
  for (Instruction& one : InstructionReader(file).read()) {
    if (one.name == "FROM") {
      if (parsed.stages.size() == most_stages) recipe::fail(one.mark, "more than 200 stages");
      parsed.stages.push_back(stage_of(one, parsed.arguments));
    } else if (!parsed.stages.empty()) {
      parsed.stages.back().instructions.push_back(std::move(one));
    } else if (one.name == "ARG") {
      for (const ShellWord& word : plain_words(one.text, one.mark.line, parsed.arguments)) {
        const std::size_t equals = word.text.find('=');
        const auto own = given.find(word.text.substr(0, equals));
        if (own != given.end()) {
          parsed.arguments[own->first] = own->second;
        } else if (equals != std::string::npos && !word.open) {
          parsed.arguments[word.text.substr(0, equals)] = word.text.substr(equals + 1);
        }
      }
    } else {
      recipe::fail(one.mark, "'" + one.name + "' stands before the first FROM", "a Containerfile begins with FROM");
    }
  }
  if (parsed.stages.empty()) recipe::fail({file.name, 1, 1}, "there is no FROM", "a Containerfile begins with FROM");
  return parsed;
}

void read_containerfile(const ForeignFile& file, RecipeDraft& draft) {
  const Containerfile parsed = parse_containerfile(file);
  const std::vector<const Stage*> chain = chain_of(parsed, parsed.stages.size() - 1);
  const std::set<const Stage*> copied = copied_from(parsed, chain);
  const Stage* origin = chain.front()->image == "scratch" ? nullptr : chain.front();
  std::string of_origin = builds_on;
  RunTaker taker(draft, true);
  // The recipe is made of one stage: words of others on their images are no affair of it.
  for (std::size_t i = 0; i < parsed.stages.size(); ++i) {
    const Stage& stage = parsed.stages[i];
    if (std::find(chain.begin(), chain.end(), &stage) != chain.end()) continue;
    RecipeDraft aside(draft);
    take_instructions(parsed, {&stage}, aside, [&](const Instruction& run, const Variables& variables) {
      if (copied.contains(&stage)) return taker.take({&stage}, run, variables, true);
    });
    const std::string why =
        "the image is only made with this stage" +
        std::string(copied.contains(&stage) ? "; what is installed with --installroot is taken" : "");
    // With --installroot, packages come from the repositories of the image that DNF runs in.
    const Stage* base = chain_of(parsed, i).front();
    const bool is_origin = origin == nullptr && copied.contains(&stage) && draft.find("packages") != nullptr;
    if (is_origin) {
      origin = base;
      of_origin = why;
    }
    if (!is_origin || base != &stage) draft.leave(stage.mark, "FROM " + stage.image, why);
  }
  take_instructions(parsed, chain, draft, [&](const Instruction& run, const Variables& variables) {
    taker.take(chain, run, variables, false);
  });
  if (origin != chain.front()) draft.leave(chain.front()->mark, "FROM scratch", "every recipe begins with nothing");
  if (origin != nullptr) draft.set_origin({origin->mark, origin->image, of_origin});
}

void take_packages_of(const Containerfile& file, const Stage& stage, RecipeDraft& draft) {
  RecipeDraft of_stage = draft.fresh();
  RunTaker taker(of_stage, false);
  take_instructions(file, {&stage}, of_stage, [&](const Instruction& run, const Variables& variables) {
    const std::size_t before = of_stage.notes().size();
    taker.take({&stage}, run, variables, false);
    for (std::size_t i = before; i < of_stage.notes().size(); ++i) {
      const ImportNote& note = of_stage.notes()[i];
      if (note.key.empty()) draft.leave(note.mark, note.what, note.why);
    }
  });
  draft.add_packages_of(of_stage);
}

}  // namespace rootlet::imports
