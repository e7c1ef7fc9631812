#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "subject.hpp"

namespace rootlet::analysis {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The words of "DB_PASSWORD", in capitals.
std::set<std::string> words_of(std::string_view name) {
  std::set<std::string> words;
  std::string word;
  for (const char c : std::string(name) + "_") {
    if (c == '_' || c == '-' || c == '.') {
      words.insert(std::exchange(word, {}));
    } else {
      word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return words;
}

bool is_named_as_secret(std::string_view name) {
  const std::set<std::string> words = words_of(name);
  const auto has = [&](const char* word) { return words.contains(word); };
  for (const char* file : {"FILE", "PATH", "DIR"}) {
    if (has(file)) return false;
  }
  for (const char* secret : {"PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "CREDENTIALS"}) {
    if (has(secret)) return true;
  }
  return has("KEY") && (has("API") || has("ACCESS") || has("PRIVATE") || has("ENCRYPTION") || has("SIGNING"));
}

/// Settings about secrets, and places of them, are no secrets.
bool is_plain_value(std::string_view value) {
  return value.empty() || value.starts_with('/') || value.starts_with("file:") || is_number(value) || value == "true" ||
         value == "false" || value == "yes" || value == "no" || value == "none";
}

/// Forms that only keys and passwords have: of well-known services, of PEM files, of URLs.
bool is_secret_by_form(std::string_view value) {
  constexpr std::array<std::string_view, 8> starts{"ghp_",  "gho_",  "github_pat_", "glpat-",
                                                   "xoxb-", "xoxp-", "-----BEGIN ", "npm_"};
  if (std::any_of(starts.begin(), starts.end(), [&](std::string_view each) { return value.starts_with(each); }))
    return true;
  if (value.size() == 20 && (value.starts_with("AKIA") || value.starts_with("ASIA"))) return true;
  const std::size_t scheme = value.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view authority = value.substr(scheme + 3, value.find_first_of("/?#", scheme + 3) - scheme - 3);
  const std::size_t at = authority.rfind('@');
  const std::size_t colon = authority.find(':');
  return at != std::string_view::npos && colon != std::string_view::npos && colon + 1 < at;
}

/// Whether the root has a user or group of that name; numbers need none.
bool is_there(const Subject& subject, std::string_view name, const Accounts& accounts) {
  return name.empty() || is_number(name) || subject.input.files == nullptr ||
         accounts.ids.find(name) != accounts.ids.end();
}

void check_user(const Subject& subject, Findings& findings) {
  const std::string& user = subject.input.image->user;
  const std::size_t colon = user.find(':');
  const std::string name = user.substr(0, colon);
  const std::string group = colon == std::string::npos ? "" : user.substr(colon + 1);
  if (name.empty()) {
    findings.add("runs-as-root", {}, "", "the image sets no user");
  } else if (name == "root" || (is_number(name) && name.find_first_not_of('0') == std::string::npos)) {
    findings.add("runs-as-root", {}, "", fmt::format("the image sets the user '{}'", user));
  }
  if (!is_there(subject, name, subject.users)) {
    findings.add("unknown-user", {}, "", fmt::format("/etc/passwd has no user '{}'", name));
  }
  if (!is_there(subject, group, subject.groups)) {
    findings.add("unknown-user", {}, "", fmt::format("/etc/group has no group '{}'", group));
  }
}

}  // namespace

void check_image(const Subject& subject, Findings& findings) {
  check_user(subject, findings);
  for (const std::string& variable : subject.input.image->env) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = variable.substr(0, equals);
    const std::string_view value = std::string_view(variable).substr(equals + 1);
    if (is_secret_by_form(value)) {
      findings.add("secret-in-environment", {}, "", fmt::format("the value of {} has the form of a secret", name));
    } else if (is_named_as_secret(name) && !is_plain_value(value)) {
      findings.add("secret-in-environment", {}, "", fmt::format("{} is named as a secret", name));
    }
  }
}

}  // namespace rootlet::analysis
