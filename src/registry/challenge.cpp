#include "challenge.hpp"

#include <algorithm>
#include <cctype>

namespace rootlet::registry {
namespace {

/// Goes through the words of a header.
class Words {
 public:
  explicit Words(std::string_view text) : left_(text) {}

  [[nodiscard]] bool at_end() {
    const auto begin = left_.find_first_not_of(" \t,");
    left_.remove_prefix(std::min(begin, left_.size()));
    return left_.empty();
  }

  /// A token in lower case; empty: there is none.
  std::string token() {
    const auto end = std::find_if_not(left_.begin(), left_.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 ||
             std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
    });
    std::string word(left_.begin(), end);
    left_.remove_prefix(word.size());
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    return word;
  }

  bool equals() {
    if (!left_.starts_with('=')) return false;
    left_.remove_prefix(1);
    return true;
  }

  /// A value, quoted or not.
  std::string value() {
    std::string text;
    if (!left_.starts_with('"')) {
      const auto end = std::min(left_.find_first_of(" \t,"), left_.size());
      text = left_.substr(0, end);
      left_.remove_prefix(end);
      return text;
    }
    std::size_t at = 1;
    for (; at < left_.size() && left_[at] != '"'; ++at) {
      if (left_[at] == '\\' && at + 1 < left_.size()) ++at;
      text += left_[at];
    }
    left_.remove_prefix(std::min(at + 1, left_.size()));
    return text;
  }

 private:
  std::string_view left_;
};

}  // namespace

std::vector<Challenge> challenges_in(std::string_view header) {
  std::vector<Challenge> challenges;
  Words words(header);
  while (!words.at_end()) {
    std::string word = words.token();
    if (word.empty()) break;
    if (!words.equals()) {
      challenges.push_back({std::move(word), {}});
      continue;
    }
    std::string value = words.value();
    if (!challenges.empty()) challenges.back().parameters[word] = std::move(value);
  }
  return challenges;
}

}  // namespace rootlet::registry
