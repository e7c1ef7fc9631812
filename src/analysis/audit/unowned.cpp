#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "rootlet/base/text.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

/// What no package owns though it belongs to a root.
struct Generated {
  std::string_view what;
  std::vector<const char*> patterns;  ///< fnmatch(3); with a slash at the end: the directory and all beneath it
};

std::vector<Generated> generated() {
  return {
      {"RPM database", {"/var/lib/rpm/", "/usr/lib/sysimage/", "/usr/share/rpm/", "/var/lib/rpmmanifest/"}},
      {"records of package managers", {"/var/lib/dnf/", "/var/lib/yum/", "/var/lib/rpm-state/"}},
      {"users and groups",
       {"/etc/passwd*", "/etc/shadow*", "/etc/group*", "/etc/gshadow*", "/etc/subuid*", "/etc/subgid*",
        "/etc/.pwd.lock"}},
      {"the machine's own files",
       {"/etc/machine-id", "/var/lib/dbus/machine-id", "/var/lib/systemd/random-seed", "/etc/.updated", "/var/.updated",
        "/etc/localtime", "/etc/locale.conf", "/etc/adjtime"}},
      {"files that container runtimes make",
       {"/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/etc/mtab", "/.dockerenv", "/dev/*", "/proc/*", "/sys/*",
        "/run/*"}},
      {"alternatives", {"/etc/alternatives/", "/var/lib/alternatives/", "/usr/lib/alternatives/"}},
      {"units that were enabled", {"/etc/systemd/system/", "/etc/systemd/user/"}},
      {"trust stores", {"/etc/pki/ca-trust/extracted/", "/etc/pki/java/cacerts"}},
      {"compiled lists and caches",
       {"/etc/ld.so.cache", "/etc/udev/hwdb.bin", "/usr/lib/udev/hwdb.bin", "/usr/lib/locale/locale-archive",
        "/usr/lib*/gconv/gconv-modules.cache", "/usr/share/info/dir", "/usr/share/mime/", "/usr/share/*.cache",
        "/usr/share/glib-2.0/schemas/gschemas.compiled", "/usr/lib*/gdk-pixbuf-2.0/*.cache",
        "/usr/lib/fontconfig/cache/", "/var/lib/systemd/catalog/"}},
  };
}

bool fits(const char* pattern, const std::string& path) {
  const std::string_view text = pattern;
  if (!text.ends_with('/')) return fnmatch(pattern, path.c_str(), 0) == 0;
  return path.starts_with(text) || path == text.substr(0, text.size() - 1);
}

/// The directories of the Filesystem Hierarchy Standard: where they are empty, they are there to be mounted on or
/// filled.
constexpr std::array<std::string_view, 24> standard{
    "/boot",    "/dev",     "/home",    "/media",     "/mnt",       "/opt",       "/proc",    "/root",
    "/run",     "/srv",     "/sys",     "/tmp",       "/usr",       "/var",       "/etc",     "/var/cache",
    "/var/lib", "/var/log", "/var/tmp", "/var/spool", "/usr/local", "/usr/share", "/usr/lib", "/usr/bin"};

/// Where they are links, they lead to where their contents moved.
constexpr std::array<std::string_view, 7> merged{"/bin",      "/sbin",    "/lib",     "/lib64",
                                                 "/usr/sbin", "/var/run", "/var/lock"};

/// A file or a directory that no package owns, with all beneath it, which no package owns either.
struct Top {
  const TreeFile* file = nullptr;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  const TreeFile* program = nullptr;  ///< the first with code in it
};

class Unowned {
 public:
  explicit Unowned(const Subject& subject) {
    const FileTree& tree = *subject.tree;
    for (std::size_t i = 0; i < tree.files.size(); ++i) {
      if (!subject.owners.of[i].empty()) keep_ways_to(tree.files[i].path);
    }
    for (std::size_t i = 0; i < tree.files.size(); ++i) {
      if (subject.owners.of[i].empty()) place(tree.files[i]);
    }
  }
  std::vector<Top> tops;

 private:
  /// Its directories hold something that is owned.
  void keep_ways_to(std::string_view path) {
    for (std::string_view at = directory_of(path); !at.empty() && kept_.insert(at).second;) at = directory_of(at);
  }

  void place(const TreeFile& file) {
    if (file.type == FileType::directory && kept_.contains(file.path)) return;
    auto top = top_of_.end();
    for (std::string_view at = directory_of(file.path); !at.empty() && top == top_of_.end(); at = directory_of(at)) {
      top = top_of_.find(at);
    }
    if (top == top_of_.end()) {
      if (is_leftover(file.path)) return;
      if (file.type == FileType::directory) top_of_.emplace(file.path, tops.size());
      tops.push_back({&file});
      count(tops.back(), file);
    } else {
      count(tops[top->second], file);
    }
  }

  static void count(Top& top, const TreeFile& file) {
    if (file.type == FileType::directory) return;
    ++top.files;
    if (file.first_link.empty()) top.bytes += file.size;
    const bool code = file.elf || (!file.interpreter.empty() && (file.mode & 0111U) != 0);
    if (code && top.program == nullptr) top.program = &file;
  }

  std::unordered_set<std::string_view> kept_;
  std::unordered_map<std::string_view, std::size_t> top_of_;
};

/// ldconfig(8) makes a link of the soname to each library.
bool is_of_ldconfig(const FileTree& tree, const TreeFile& link) {
  const TreeFile* library = tree.resolve(link.path);
  return library != nullptr && library->elf && library->elf->soname == base_name(link.path);
}

/// What a top is known as; empty: nothing in particular.
std::string_view known_as(const FileTree& tree, const Top& top, const std::vector<Generated>& all) {
  const std::string& path = top.file->path;
  for (const Generated& each : all) {
    if (std::any_of(each.patterns.begin(), each.patterns.end(), [&](const char* one) { return fits(one, path); })) {
      return each.what;
    }
  }
  if (top.file->type == FileType::symlink) {
    if (std::find(merged.begin(), merged.end(), path) != merged.end()) return "links of the merged /usr";
    if (top.file->target.starts_with("/etc/alternatives/")) return "alternatives";
    if (is_of_ldconfig(tree, *top.file)) return "links of ldconfig";
  }
  const bool empty_directory = top.file->type == FileType::directory && top.files == 0;
  if (empty_directory && std::find(standard.begin(), standard.end(), path) != standard.end()) {
    return "empty directories to mount on or to fill";
  }
  return {};
}

bool is_among_the_systems(std::string_view path) {
  if (path.starts_with("/usr/local/")) return false;
  for (const std::string_view place : {"/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"}) {
    if (path.starts_with(place)) return true;
  }
  return false;
}

void add_top(const Top& top, Findings& findings) {
  const bool directory = top.file->type == FileType::directory;
  const bool program = top.program != nullptr && is_among_the_systems(top.program->path);
  std::string message = "no package owns it";
  if (directory) {
    message = top.files == 0
                  ? "no package owns this empty directory"
                  : fmt::format("no package owns this directory and what is in it ({})", amount(top.files, top.bytes));
  } else if (top.file->size > 0) {
    message += fmt::format(" ({})", human_size(top.file->size));
  }
  if (program && directory) message += fmt::format("; there is code in it: {}", top.program->path);
  findings.add(program ? "unowned-program" : "unowned-file", "", top.file->path, std::move(message));
}

}  // namespace

void check_unowned(const Subject& subject, Findings& findings) {
  const std::vector<Generated> all = generated();
  std::map<std::string_view, std::vector<const Top*>> known;
  const Unowned unowned(subject);
  for (const Top& top : unowned.tops) {
    const std::string_view what = known_as(*subject.tree, top, all);
    if (what.empty()) {
      add_top(top, findings);
    } else {
      known[what].push_back(&top);
    }
  }
  for (const auto& [what, tops] : known) {
    Top sum;
    std::vector<std::string> paths;
    for (const Top* top : tops) {
      sum.files += top->files;
      sum.bytes += top->bytes;
      paths.push_back(top->file->path);
    }
    const std::string size = sum.files == 0 ? "" : fmt::format(" ({})", amount(sum.files, sum.bytes));
    findings.add("generated-file", "", paths.front(), fmt::format("{}{}: {}", what, size, some_of(paths)));
  }
}

}  // namespace rootlet::analysis
