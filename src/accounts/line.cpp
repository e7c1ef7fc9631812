#include "accounts/line.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::accounts {
namespace {

constexpr std::string_view blanks = " \t\n\r";

/// Words apart by blanks; quotes of both kinds hold a word together, a backslash takes the next character as it is.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::vector<std::string> all() {
    std::vector<std::string> words;
    skip_blanks();
    while (at_ < text_.size()) {
      words.push_back(word());
      skip_blanks();
    }
    return words;
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size()); }

  std::string word() {
    std::string word;
    char quote = '\0';
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\') {
        if (++at_ == text_.size()) throw Error("it ends with a backslash");
        word += text_[at_];
      } else if (quote != '\0') {
        if (c == quote) {
          quote = '\0';
        } else {
          word += c;
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (blanks.find(c) != std::string_view::npos) {
        break;
      } else {
        word += c;
      }
    }
    if (quote != '\0') throw Error(std::string("a quote (") + quote + ") is not closed");
    return word;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<std::uint32_t> number(const std::string& text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  // The all-ones ids of 32 and of 16 bits mean "no change" to chown(2) and are nobody's.
  if (error != std::errc() || stop != end || value == 0xFFFFFFFFU || value == 0xFFFFU) return std::nullopt;
  return value;
}

/// The names that systemd accepts for accounts that it makes (systemd.io/USER_NAMES, "strict mode").
bool is_name(const std::string& text) {
  constexpr std::size_t longest = 31;
  if (text.empty() || text.size() > longest || !(is_letter(text[0]) || text[0] == '_')) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// The field with %% read; empty for "-".
std::string plain(const std::string& field) {
  if (field == "-") return {};
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    text += field[i];
    if (field[i] != '%') continue;
    if (++i == field.size() || field[i] != '%') throw Error("'" + printable(field) + "' has a specifier (%)");
  }
  return text;
}

std::string named(const std::string& name, const char* what) {
  if (!is_name(name)) throw Error("'" + printable(name) + "' is not a valid name of a " + what);
  return name;
}

/// An absolute path without "." and "..", as passwd(5) can hold it.
std::string path_field(const std::string& field, const char* what) {
  if (field.empty()) return {};
  const auto wrong = [&] { return Error("'" + printable(field) + "' is not a valid " + what); };
  const bool ascii =
      std::all_of(field.begin(), field.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!field.starts_with('/') || !ascii || has_control(field) || field.find(':') != std::string::npos) throw wrong();
  std::string path;
  for (std::size_t begin = 1; begin <= field.size();) {
    const std::size_t end = std::min(field.find('/', begin), field.size());
    const std::string part = field.substr(begin, end - begin);
    if (part == "..") throw wrong();
    if (!part.empty() && part != ".") path += "/" + part;
    begin = end + 1;
  }
  return path.empty() ? "/" : path;
}

std::uint32_t id(const std::string& text) {
  const auto value = number(text);
  if (!value) throw Error("'" + printable(text) + "' is not a number of a user or group");
  return *value;
}

/// "72", "-:72", "72:staff", "/usr/bin/su".
void read_user_id(Line& line, const std::string& field) {
  if (field.empty()) return;
  if (field.starts_with('/')) {
    line.path = path_field(field, "path");
    return;
  }
  const std::size_t colon = field.find(':');
  const std::string user = field.substr(0, colon);
  if (colon != std::string::npos) {
    const std::string group = field.substr(colon + 1);
    line.gid = number(group);
    if (!line.gid) line.group = named(group, "group");
  }
  if (user != "-" || colon == std::string::npos) line.uid = id(user);
}

void read_group_id(Line& line, const std::string& field) {
  if (field.starts_with('/')) {
    line.path = path_field(field, "path");
  } else if (!field.empty()) {
    line.gid = id(field);
  }
}

Line::Type type_of(const std::string& action, bool& locked) {
  locked = action == "u!";
  if (action == "u" || locked) return Line::Type::user;
  if (action == "g") return Line::Type::group;
  if (action == "m") return Line::Type::member;
  throw Error("'" + printable(action) + "' is not one of u, u!, g and m");
}

}  // namespace

Line read_line(const std::string& text) {
  std::vector<std::string> words = Words(text).all();
  constexpr std::size_t most = 6;
  if (words.size() < 2) throw Error("it has no name");
  if (words.size() > most) throw Error("it has more than six fields");
  words.resize(most, "-");
  Line line;
  line.type = type_of(words[0], line.locked);
  line.name = named(plain(words[1]), line.type == Line::Type::group ? "group" : "user");
  const std::string third = plain(words[2]);
  line.description = plain(words[3]);
  const std::string home = path_field(plain(words[4]), "home directory");
  line.shell = path_field(plain(words[5]), "login shell");
  if (has_control(line.description) || line.description.find(':') != std::string::npos) {
    throw Error("'" + printable(line.description) + "' is not a valid description (GECOS)");
  }
  if (!home.empty()) line.home = home;
  switch (line.type) {
    case Line::Type::user: read_user_id(line, third); return line;
    case Line::Type::group: read_group_id(line, third); break;
    case Line::Type::member: line.group = named(third, "group"); break;
  }
  if (!line.description.empty() || !home.empty() || !line.shell.empty()) {
    throw Error("only a user has a description, a home directory or a login shell");
  }
  return line;
}

}  // namespace rootlet::accounts
