#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "rootlet/audit.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

constexpr std::array<std::string_view, 4> places{"/var/cache/", "/var/log/", "/tmp/", "/var/tmp/"};

constexpr std::array<std::string_view, 15> histories{
    ".ash_history",   ".bash_history",      ".dbshell",      ".history",        ".lesshst",
    ".mysql_history", ".node_repl_history", ".psql_history", ".python_history", ".rediscli_history",
    ".sh_history",    ".sqlite_history",    ".viminfo",      ".wget-hsts",      ".zsh_history"};

/// Files that hold a key or a password, by the end of their path.
constexpr std::array<std::string_view, 17> secrets{"/.ssh/id_rsa",
                                                   "/.ssh/id_dsa",
                                                   "/.ssh/id_ecdsa",
                                                   "/.ssh/id_ed25519",
                                                   "/.ssh/id_ecdsa_sk",
                                                   "/.ssh/id_ed25519_sk",
                                                   "/.netrc",
                                                   "/.git-credentials",
                                                   "/.pgpass",
                                                   "/.pypirc",
                                                   "/.docker/config.json",
                                                   "/.config/containers/auth.json",
                                                   "/.aws/credentials",
                                                   "/.kube/config",
                                                   "/.vault-token",
                                                   "/etc/krb5.keytab",
                                                   "/etc/pki/consumer/key.pem"};

/// Directories in which every file is one.
constexpr std::array<std::string_view, 4> secret_places{"/etc/pki/tls/private/", "/etc/ssl/private/",
                                                        "/etc/pki/nginx/private/", "/run/secrets/"};

bool is_secret(std::string_view path) {
  const auto ends = [&](std::string_view end) { return path.ends_with(end); };
  if (std::any_of(secrets.begin(), secrets.end(), ends)) return true;
  const auto starts = [&](std::string_view place) { return path.starts_with(place); };
  if (std::any_of(secret_places.begin(), secret_places.end(), starts)) return true;
  return (path.starts_with("/etc/ssh/ssh_host_") && path.ends_with("_key")) ||
         (path.starts_with("/etc/pki/entitlement/") && path.ends_with("-key.pem")) ||
         path.find("/.gnupg/private-keys-v1.d/") != std::string_view::npos;
}

/// "/var/cache/dnf" of what is in it; "/root/.cache"; empty: it is no cache.
std::string_view cache_of(std::string_view path) {
  for (const std::string_view place : {"/var/cache/", "/var/tmp/", "/tmp/"}) {
    if (path.starts_with(place)) return path.substr(0, path.find('/', place.size()));
  }
  const std::string_view home = "/.cache/";
  const std::size_t at = path.find(home);
  return at == std::string_view::npos ? std::string_view() : path.substr(0, at + home.size() - 1);
}

/// Packages give such a file; others are made where they are.
bool is_given(const std::vector<Claim>& owners) {
  return std::any_of(owners.begin(), owners.end(), [](const Claim& claim) { return !claim.file->ghost; });
}

bool is_log(std::string_view path) {
  return path.starts_with("/var/log/") || path.starts_with("/root/anaconda-") || path == "/root/original-ks.cfg" ||
         path.starts_with("/root/install.log");
}

/// Files of one package that go together.
struct Heap {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string directory;  ///< that all of them are in
  void add(const TreeFile& file) {
    if (files++ == 0) directory = directory_of(file.path);
    bytes += file.size;
    while (!file.path.starts_with(directory + "/")) directory = directory_of(directory);
  }
};

/// The C locale's own files, which every program of glibc reads.
bool is_plain_locale(std::string_view path) {
  return path.starts_with("/usr/lib/locale/C.") || path == "/usr/share/locale/locale.alias" ||
         path == "/usr/lib/locale/locale-archive.tmpl";
}

}  // namespace

bool is_leftover(std::string_view path) {
  return is_log(path) || path.find("/.cache/") != std::string_view::npos ||
         std::any_of(places.begin(), places.end(), [&](std::string_view place) { return path.starts_with(place); });
}

void check_documents(const Subject& subject, Findings& findings) {
  std::map<std::pair<FileKind, std::optional<Nevra>>, Heap> heaps;
  for (std::size_t i = 0; i < subject.tree->files.size(); ++i) {
    const TreeFile& file = subject.tree->files[i];
    if (file.type != FileType::regular || !file.first_link.empty() || file.size == 0) continue;
    const FileKind kind = kind_of(file, subject.owners.of[i]);
    // The list of info pages is no page.
    const bool page = kind == FileKind::documentation && file.path != "/usr/share/info/dir";
    const bool wanted = page || (kind == FileKind::locale && !is_plain_locale(file.path));
    if (wanted) heaps[{kind, subject.owner(i)}].add(file);
  }
  for (const auto& [what, heap] : heaps) {
    const bool document = what.first == FileKind::documentation;
    findings.add(document ? "documentation" : "locale", what.second, heap.directory,
                 fmt::format("{} ({})", document ? "documentation" : "locales and translations",
                             amount(heap.files, heap.bytes)));
  }
}

void check_leftovers(const Subject& subject, Findings& findings) {
  std::map<std::string_view, Heap> caches;
  for (std::size_t i = 0; i < subject.tree->files.size(); ++i) {
    const TreeFile& file = subject.tree->files[i];
    if (file.type != FileType::regular || !file.first_link.empty() || file.size == 0) continue;
    if (is_secret(file.path)) {
      findings.add("private-key", subject.owner(i), file.path, "is known by its name to hold a key or a password");
    } else if (is_log(file.path)) {
      findings.add("log", subject.owner(i), file.path, fmt::format("a log ({})", human_size(file.size)));
    } else if (std::find(histories.begin(), histories.end(), base_name(file.path)) != histories.end()) {
      findings.add("history", subject.owner(i), file.path, fmt::format("a history ({})", human_size(file.size)));
    } else if (!is_given(subject.owners.of[i]) && !cache_of(file.path).empty()) {
      caches[cache_of(file.path)].add(file);
    }
  }
  for (const auto& [path, heap] : caches)
    findings.add("cache", {}, std::string(path), fmt::format("left behind ({})", amount(heap.files, heap.bytes)));
}

}  // namespace rootlet::analysis
