#include "shell.hpp"

#include <algorithm>
#include <array>

namespace rootlet::imports {
namespace {

constexpr std::size_t most_words = 20'000;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Reads "$NAME", "${NAME…}" or "$(…)" at `at`, moves `at` behind it and returns what it stands for.
std::string read_variable(const std::string& text, std::size_t& at, const Variables& variables, bool& open) {
  const std::size_t begin = at++;
  const auto as_it_is = [&] {
    open = true;
    return text.substr(begin, at - begin);
  };
  if (at < text.size() && (text[at] == '(' || text[at] == '{')) {
    const char opening = text[at];
    const char closing = opening == '(' ? ')' : '}';
    int depth = 0;
    std::size_t end = at;
    for (; end < text.size(); ++end) {
      if (text[end] == opening) ++depth;
      if (text[end] == closing && --depth == 0) break;
    }
    const std::string inner = text.substr(at + 1, end - std::min(end, at + 1));
    at = std::min(end + 1, text.size());
    if (opening == '(') return as_it_is();
    const std::size_t name_end =
        static_cast<std::size_t>(std::find_if_not(inner.begin(), inner.end(), is_name_char) - inner.begin());
    const auto known = variables.find(inner.substr(0, name_end));
    const std::string rest = inner.substr(name_end);
    const bool there = known != variables.end() && !known->second.empty();
    if (rest.empty() && known != variables.end()) return known->second;
    if (rest.starts_with(":-")) return there ? known->second : rest.substr(2);
    if (rest.starts_with(":+") && known != variables.end()) return there ? rest.substr(2) : "";
    return as_it_is();
  }
  while (at < text.size() && is_name_char(text[at])) ++at;
  const auto known = variables.find(text.substr(begin + 1, at - begin - 1));
  if (known != variables.end()) return known->second;
  if (at == begin + 1) return "$";
  return as_it_is();
}

class ShellReader {
 public:
  ShellReader(const std::string& text, int line, const Variables& variables, bool operators)
      : text_(text), line_(line), variables_(variables), operators_(operators) {}

  std::vector<ShellCommand> read() {
    while (at_ < text_.size() && words_ < most_words) step();
    end_command(Next::after);
    return std::move(commands_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\r' || c == continued) {
      end_word();
      if (c == continued) ++line_;
      ++at_;
    } else if (c == '\n') {
      end_command(Next::after);
      ++line_;
      ++at_;
      skip_here_documents();
    } else if (c == '\\') {
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
        end_word();
        ++line_;
      } else if (at_ + 1 < text_.size()) {
        put(text_[at_ + 1]);
      }
      at_ += 2;
    } else if (c == '\'' || c == '"') {
      read_quoted(c);
    } else if (c == '$') {
      begin_word();
      const std::string value = read_variable(text_, at_, variables_, word_.open);
      add_value(value);
    } else if (c == '`') {
      const std::size_t end = std::min(text_.find('`', at_ + 1), text_.size());
      begin_word();
      word_.open = true;
      word_.text += text_.substr(at_, end - at_ + 1);
      at_ = end + 1;
    } else if (operators_ && step_operator(c)) {
      return;
    } else {
      if (operators_ && c == '{' && text_.find_first_of(",}", at_) < text_.size() &&
          text_[text_.find_first_of(",}", at_)] == ',') {
        word_.open = true;
      }
      put(c);
      ++at_;
    }
  }

  bool step_operator(char c) {
    if (c == '#' && !in_word_) {
      at_ = std::min(text_.find_first_of(std::string("\n") + continued, at_), text_.size());
      return true;
    }
    if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
      const bool twice = at_ + 1 < text_.size() && text_[at_ + 1] == c;
      end_command(twice ? (c == '|'   ? Next::if_failed
                           : c == '&' ? Next::if_done
                                      : Next::after)
                        : (c == '|' ? Next::pipe : Next::after));
      at_ += twice ? 2 : 1;
      return true;
    }
    if (c != '<' && c != '>') return false;
    const bool number = in_word_ && word_.text.find_first_not_of("0123456789") == std::string::npos;
    if (number) in_word_ = false;
    end_word();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view("<>&|-").find(text_[at_]) != std::string_view::npos) ++at_;
    skip_word_ = true;
    is_input_ = c == '<' && at_ == begin + 1;
    const std::string_view sign(text_.data() + begin, at_ - begin);
    is_here_ = sign == "<<" || sign == "<<-";
    return true;
  }

  /// Passes over the lines that commands of the line before read: no commands are in them.
  void skip_here_documents() {
    for (const std::string& word : here_) {
      for (bool open = true; open && at_ < text_.size(); ++line_) {
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        const std::size_t begin = std::min(text_.find_first_not_of('\t', at_), end);
        open = text_.compare(begin, end - begin, word) != 0;
        at_ = std::min(end + 1, text_.size());
      }
    }
    here_.clear();
  }

  void read_quoted(char quote) {
    begin_word();
    for (++at_; at_ < text_.size() && text_[at_] != quote;) {
      const char c = text_[at_];
      if (c == '\n' || c == continued) ++line_;
      if (quote == '"' && c == '$') {
        word_.text += read_variable(text_, at_, variables_, word_.open);
        continue;
      }
      if (quote == '"' && c == '`') word_.open = true;
      if (quote == '"' && c == '\\' && at_ + 1 < text_.size()) {
        const bool special = std::string_view("$`\"\\").find(text_[at_ + 1]) != std::string_view::npos;
        if (!special) word_.text += c;
        word_.text += text_[at_ + 1];
        at_ += 2;
        continue;
      }
      word_.text += c == continued ? ' ' : c;
      ++at_;
    }
    ++at_;
  }

  /// Blanks in the value of a variable without quotes part words.
  void add_value(const std::string& value) {
    for (const char c : value) {
      const bool blank = c == ' ' || c == '\t' || c == '\n';
      if (blank && operators_ && !word_.open) {
        end_word();
      } else {
        put(c);
      }
    }
    if (value.empty() && word_.text.empty()) in_word_ = false;
  }

  void begin_word() {
    if (!in_word_) word_ = {"", line_, false};
    in_word_ = true;
  }
  void put(char c) {
    begin_word();
    word_.text += c;
  }

  void end_word() {
    if (!in_word_) return;
    in_word_ = false;
    if (skip_word_) {
      skip_word_ = false;
      if (is_input_) command_.input = word_.text;
      if (is_here_) here_.push_back(word_.text);
      return;
    }
    if (command_.words.empty() && operators_ && is_skipped(word_)) return;
    ++words_;
    command_.words.push_back(std::move(word_));
    word_ = {};
  }

  /// Words before a command that are no part of it.
  bool is_skipped(const ShellWord& whole) {
    const std::string& word = whole.text;
    constexpr std::array<std::string_view, 9> begin{"then", "do", "else", "if", "elif", "while", "until", "{", "!"};
    constexpr std::array<std::string_view, 3> ends{"fi", "done", "}"};
    constexpr std::array<std::string_view, 6> passing{"sudo", "exec", "time", "command", "env", "export"};
    const auto in = [&](const auto& list) { return std::find(list.begin(), list.end(), word) != list.end(); };
    if (word == "then" || word == "do") branches_.push_back(word == "then" && asked_.equal ? asked_.arch : "");
    if ((word == "else" || word == "elif") && !branches_.empty()) branches_.back().clear();
    if ((word == "fi" || word == "done") && !branches_.empty()) branches_.pop_back();
    if (in(begin) || in(ends) || in(passing)) return true;
    const std::size_t equals = word.find('=');
    const bool assigns = equals != std::string::npos && equals > 0 &&
                         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), is_name_char);
    if (assigns && !whole.open) assigned_[word.substr(0, equals)] = word.substr(equals + 1);
    return assigns;
  }

  /// Separator between a command and the next one: ";", "&&", "||", "|".
  enum class Next { after, if_done, if_failed, pipe };

  void end_command(Next next) {
    end_word();
    skip_word_ = false;
    const std::string piped = std::move(piped_);
    piped_.clear();
    if (!command_.words.empty()) {
      const std::string branch = arch_of_branches();
      command_.arch = branch.empty() ? list_arch_ : branch;
      command_.conditional = conditional_ || !branches_.empty();
      if (command_.input.empty()) command_.input = piped;
      const bool asks = ask(command_.words);
      if (asks && asked_.equal == (next == Next::if_done) && (next == Next::if_done || next == Next::if_failed)) {
        list_arch_ = asked_.arch;
      } else if (asks || next != Next::if_done) {
        list_arch_.clear();
      }
      const bool shows = command_.words.front().text == "cat" || command_.words.front().text == "grep";
      if (next == Next::pipe && shows) {
        piped_ = command_.input.empty() && command_.words.size() > 1 ? command_.words.back().text : command_.input;
      }
      commands_.push_back(std::move(command_));
    } else if (branches_.empty() && !conditional_) {
      for (auto& [name, value] : assigned_) variables_[name] = std::move(value);
    }
    assigned_.clear();
    command_ = {};
    conditional_ = next == Next::if_failed;
  }

  /// The architecture of the innermost `if` that asks for one.
  [[nodiscard]] std::string arch_of_branches() const {
    for (auto at = branches_.rbegin(); at != branches_.rend(); ++at) {
      if (!at->empty()) return *at;
    }
    return "";
  }

  /// Notes whether a command is a test of the architecture alone: [ $(uname -m) = x86_64 ].
  bool ask(const std::vector<ShellWord>& words) {
    asked_ = {};
    const std::string& test = words.front().text;
    const std::size_t size = test == "test" ? 4 : 5;
    if ((test != "[" && test != "[[" && test != "test") || words.size() != size) return false;
    constexpr std::array<std::string_view, 6> asks{"$(arch)",    "$(uname -m)", "`arch`",
                                                   "`uname -m`", "$TARGETARCH", "${TARGETARCH}"};
    if (std::find(asks.begin(), asks.end(), words[1].text) == asks.end() || words[3].open) return false;
    const std::string& arch = words[3].text;
    asked_.arch = arch == "amd64" ? "x86_64" : arch == "arm64" ? "aarch64" : arch;
    asked_.equal = words[2].text == "=" || words[2].text == "==";
    if (!asked_.equal && words[2].text != "!=") asked_ = {};
    return !asked_.arch.empty();
  }

  const std::string& text_;
  int line_;
  Variables variables_;
  bool operators_;
  std::size_t at_ = 0;
  std::size_t words_ = 0;
  bool in_word_ = false;
  bool skip_word_ = false;  ///< it is the file of a redirection
  ShellWord word_;
  ShellCommand command_;
  bool conditional_ = false;
  Variables assigned_;                 ///< before the command, or in place of one
  bool is_here_ = false;               ///< that redirection is "<<"
  std::vector<std::string> here_;      ///< words that end the here-documents of this line
  bool is_input_ = false;              ///< that redirection is "<"
  std::string piped_;                  ///< the file that the command before shows
  std::vector<std::string> branches_;  ///< of `then` and `do`: the architecture that was asked for, if any
  std::string list_arch_;              ///< the same of commands behind "&&"
  struct Asked {
    std::string arch;
    bool equal = false;
  };
  Asked asked_;  ///< by the last command
  std::vector<ShellCommand> commands_;
};

}  // namespace

std::vector<ShellCommand> shell_commands(const std::string& text, int line, const Variables& variables) {
  return ShellReader(text, line, variables, true).read();
}

std::vector<ShellWord> plain_words(const std::string& text, int line, const Variables& variables) {
  std::vector<ShellCommand> all = ShellReader(text, line, variables, false).read();
  return all.empty() ? std::vector<ShellWord>() : std::move(all.front().words);
}

std::string expanded(const std::string& text, const Variables& variables, bool& open) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '$') {
      out += '$';
      at += 2;
    } else if (text[at] == '$') {
      out += read_variable(text, at, variables, open);
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace rootlet::imports
