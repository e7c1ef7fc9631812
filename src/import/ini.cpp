#include <algorithm>

#include "repo.hpp"
#include "rootlet/error.hpp"

namespace rootlet::imports {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

std::vector<ForeignRepo> parse_repo_file(const ForeignFile& file, RecipeDraft& draft) {
  constexpr std::size_t most_repos = 1000;
  std::vector<ForeignRepo> repos;
  bool in_key = false;
  int number = 0;
  for (std::size_t begin = 0; begin < file.text.size();) {
    const std::size_t end = std::min(file.text.find('\n', begin), file.text.size());
    const std::string line = file.text.substr(begin, end - begin);
    const std::string text = trimmed(line);
    const Mark mark{file.name, ++number, 1};
    begin = end + 1;
    if (text.empty() || text[0] == '#' || text[0] == ';') continue;
    if (in_key && (line[0] == ' ' || line[0] == '\t')) {
      repos.back().keys.back().value.text += "\n" + text;
      continue;
    }
    in_key = false;
    if (text[0] == '[' && text.back() == ']') {
      if (repos.size() == most_repos) recipe::fail(mark, "more than 1,000 repositories");
      repos.push_back({text.substr(1, text.size() - 2), mark, {}});
      continue;
    }
    const std::size_t equals = text.find('=');
    if (repos.empty() || equals == std::string::npos || equals == 0) {
      draft.leave(mark, text, repos.empty() ? "it stands before the first [section]" : "it is no KEY=VALUE");
      continue;
    }
    const std::string key = trimmed(text.substr(0, equals));
    repos.back().keys.push_back({key, mark, text_value(trimmed(text.substr(equals + 1)), mark)});
    in_key = true;
  }
  return repos;
}

std::vector<std::string> list_words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n,", at);
    if (begin == std::string::npos) break;
    at = std::min(text.find_first_of(" \t\r\n,", begin), text.size());
    words.push_back(text.substr(begin, at - begin));
  }
  return words;
}

std::optional<bool> read_switch(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (lower == "1" || lower == "yes" || lower == "true" || lower == "on") return true;
  if (lower == "0" || lower == "no" || lower == "false" || lower == "off") return false;
  return std::nullopt;
}

std::vector<std::string> take_repo_file(const ForeignFile& file, RecipeDraft& draft,
                                        const std::vector<std::string>& only) {
  std::vector<std::string> taken;
  for (ForeignRepo& repo : parse_repo_file(file, draft)) {
    if (repo.id == "main") {
      draft.leave(repo.mark, "[main]", "settings of DNF itself");
      continue;
    }
    if (!only.empty()) {
      if (std::find(only.begin(), only.end(), repo.id) == only.end()) continue;
      std::erase_if(repo.keys, [](const recipe::Member& one) { return one.key == "enabled"; });
    }
    take_repo(repo, draft);
    taken.push_back(repo.id);
  }
  return taken;
}

}  // namespace rootlet::imports
