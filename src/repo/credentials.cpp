#include "credentials.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "base/fs.hpp"
#include "base/secrets.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

constexpr std::size_t password_limit = 65'536;

/// The words of a netrc: separated by blanks, "quoted" where they hold some, '#' begins a comment between them.
class NetrcWords {
 public:
  explicit NetrcWords(std::string_view text) : text_(text) {}

  std::optional<std::string> next() {
    skip();
    if (at_ >= text_.size()) return std::nullopt;
    std::string word;
    if (text_[at_] != '"') {
      while (at_ < text_.size() && !is_gap(text_[at_])) word += text_[at_++];
      return word;
    }
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      word += text_[at_];
    }
    ++at_;
    return word;
  }
  /// A macro goes on to the next empty line.
  void skip_macro() {
    const std::size_t end = std::min(text_.find("\n\n", at_), text_.find("\n\r\n", at_));
    at_ = std::min(end, text_.size());
  }

 private:
  static bool is_gap(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  void skip() {
    while (at_ < text_.size() && (is_gap(text_[at_]) || text_[at_] == '#')) {
      at_ = text_[at_] == '#' ? std::min(text_.find('\n', at_), text_.size()) : at_ + 1;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string capital(char c) {
  if (c >= 'a' && c <= 'z') return {static_cast<char>(c - 'a' + 'A')};
  const bool stays = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return {stays ? c : '_'};
}

}  // namespace

std::string user_info_of(const Login& login) {
  return percent_encode(login.user) + (login.password.empty() ? "" : ":" + percent_encode(login.password));
}

std::map<std::string, Login> parse_netrc(std::string_view text) {
  std::map<std::string, Login> entries;
  NetrcWords words(text);
  Login nobody;
  Login* entry = &nobody;
  while (const auto word = words.next()) {
    if (*word == "machine") {
      std::string host = words.next().value_or("");
      for (char& c : host) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      const auto [found, fresh] = entries.try_emplace(host);
      entry = fresh ? &found->second : &nobody;  // the first entry of a machine counts
    } else if (*word == "default") {
      entry = &nobody;
    } else if (*word == "login") {
      entry->user = words.next().value_or("");
    } else if (*word == "password") {
      entry->password = words.next().value_or("");
    } else if (*word == "account") {
      words.next();
    } else if (*word == "macdef") {
      words.skip_macro();
    }
  }
  std::erase_if(entries, [](const auto& item) { return item.first.empty() || item.second.user.empty(); });
  return entries;
}

constexpr std::uint64_t largest_netrc = 1'000'000;

std::map<std::string, Login> load_netrc() {
  fs::path path;
  if (const char* named = std::getenv("NETRC"); named != nullptr && *named != '\0') {
    path = named;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    path = fs::path(home) / ".netrc";
    std::error_code hidden;  // HOME may be somebody else's
    if (!fs::exists(path, hidden)) return {};
  } else {
    return {};
  }
  try {
    return parse_netrc(read_file(path, largest_netrc));
  } catch (const Error& error) {
    throw Error(error.what(),
                "the variable NETRC names the file with passwords of servers; ~/.netrc is read without it");
  }
}

std::string read_password(const fs::path& file, const std::string& key) {
  std::string text;
  try {
    if (fs::is_directory(file)) throw Error("cannot read '" + file.string() + "': Is a directory");
    text = read_file(file);
  } catch (const Error& error) {
    throw Error(key + ": " + error.what(), "the file holds the password and nothing else");
  }
  const auto refuse = [&](const std::string& why) {
    throw Error(key + ": '" + file.string() + "' " + why, "the file holds the password and nothing else, in one line");
  };
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) refuse("is empty");
  if (text.size() > password_limit) refuse("is too large");
  if (text.find_first_of(std::string("\n\r\0", 3)) != std::string::npos) refuse("has more than one line");
  return text;
}

bool is_open_to_all(const fs::path& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & S_IROTH) == 0) return false;
  for (fs::path above = fs::absolute(file).parent_path();; above = above.parent_path()) {
    if (stat(above.c_str(), &info) != 0 || (info.st_mode & S_IXOTH) == 0) return false;
    if (above == above.parent_path()) return true;
  }
}

std::string environment_name(std::string_view repo, std::string_view what) {
  std::string name = "ROOTLET_REPO_";
  for (const char c : repo) name += capital(c);
  return name + "_" + std::string(what);
}

std::optional<std::string> environment_of(std::string_view repo, std::string_view what) {
  const char* value = std::getenv(environment_name(repo, what).c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

TlsFiles find_entitlement(const fs::path& directory) {
  constexpr std::array<const char*, 2> authorities{"/etc/rhsm/ca/redhat-uep.pem", "/etc/rhsm-host/ca/redhat-uep.pem"};
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".pem") || name.ends_with("-key.pem")) continue;
    const auto written = entry.last_write_time(error);
    if (!error) found.emplace_back(written, entry.path());  // a link may lead nowhere
  }
  if (found.empty()) {
    throw Error("entitlement: '" + directory.string() + "' holds no certificate",
                "register this machine with subscription-manager, or name the certificate with sslclientcert");
  }
  TlsFiles tls;
  const fs::path certificate = std::max_element(found.begin(), found.end())->second;
  fs::path key = certificate;
  key.replace_filename(certificate.stem().string() + "-key.pem");
  tls.client_cert = certificate.string();
  if (fs::exists(key)) tls.client_key = key.string();
  for (const char* authority : authorities) {
    if (tls.ca_cert.empty() && fs::exists(authority)) tls.ca_cert = authority;
  }
  return tls;
}

}  // namespace rootlet::repo
