#include <algorithm>
#include <string>
#include <vector>

#include "license_ids.hpp"
#include "parts.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::sbom {
namespace {

constexpr std::size_t longest = 10'000;  // bytes of an expression; those of packages have hundreds
constexpr int deepest = 32;              // parentheses within each other

bool is_id_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

bool is_own_id(std::string_view id) { return id.starts_with("LicenseRef-") && is_id_text(id.substr(11)); }

bool is_license(std::string_view word) {
  return is_license_id(word) || is_own_id(word) ||
         (word.ends_with('+') && is_license_id(word.substr(0, word.size() - 1)));
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
    } else if (text[i] == '(' || text[i] == ')') {
      words.push_back(text.substr(i++, 1));
    } else {
      const std::size_t end = std::min(text.find_first_of(" ()", i), text.size());
      words.push_back(text.substr(i, end - i));
      i = end;
    }
  }
  return words;
}

/// Reads an expression (SPDX 2.3, annex D: operators in capitals).
class ExpressionReader {
 public:
  explicit ExpressionReader(std::vector<std::string_view> words) : words_(std::move(words)) {}
  bool is_whole() { return expression(0) && next_ == words_.size(); }

 private:
  bool take(std::string_view word) {
    if (next_ == words_.size() || words_[next_] != word) return false;
    ++next_;
    return true;
  }
  bool expression(int depth) {
    do {
      if (!part(depth)) return false;
    } while (take("AND") || take("OR"));
    return true;
  }
  bool part(int depth) {
    if (take("(")) return depth < deepest && expression(depth + 1) && take(")");
    if (next_ == words_.size() || !is_license(words_[next_])) return false;
    ++next_;
    return !take("WITH") || (next_ < words_.size() && is_exception_id(words_[next_++]));
  }

  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
};

}  // namespace

std::optional<std::string> spdx_expression(std::string_view license) {
  if (license.size() > longest) return std::nullopt;
  const std::vector<std::string_view> words = words_of(license);
  if (!ExpressionReader(words).is_whole()) return std::nullopt;
  std::string expression;
  for (const std::string_view word : words) {
    const bool tight = expression.empty() || expression.ends_with('(') || word == ")";
    if (!tight) expression += ' ';
    expression += word;
  }
  return expression;
}

std::vector<std::string> own_license_ids(std::string_view expression) {
  std::vector<std::string> ids;
  for (const std::string_view word : words_of(expression)) {
    if (word.starts_with("LicenseRef-")) ids.emplace_back(word);
  }
  return ids;
}

}  // namespace rootlet::sbom
