#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

/// Files that no package owns though they belong to a root.
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

bool is_beneath(std::string_view pattern, const std::string& path) {
  if (pattern.ends_with('/')) return path.starts_with(pattern) || path == pattern.substr(0, pattern.size() - 1);
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return path == pattern;
  return path.starts_with(pattern.substr(0, star)) && fits_glob(std::string(pattern), path);
}

/// The directories of the Filesystem Hierarchy Standard: where they are empty, they are there to be mounted on or
/// filled.
constexpr std::array<std::string_view, 24> standard{
    "/boot",    "/dev",     "/home",    "/media",     "/mnt",       "/opt",       "/proc",    "/root",
    "/run",     "/srv",     "/sys",     "/tmp",       "/usr",       "/var",       "/etc",     "/var/cache",
    "/var/lib", "/var/log", "/var/tmp", "/var/spool", "/usr/local", "/usr/share", "/usr/lib", "/usr/bin"};

/// Where they are links, they lead to where their contents moved.
struct Moved {
  std::string_view link;
  std::string_view to;
};
constexpr std::array moved{
    Moved{"/bin", "/usr/bin"},      Moved{"/sbin", "/usr/sbin"},   Moved{"/sbin", "/usr/bin"},
    Moved{"/lib", "/usr/lib"},      Moved{"/lib64", "/usr/lib64"}, Moved{"/lib64", "/usr/lib"},
    Moved{"/usr/sbin", "/usr/bin"}, Moved{"/var/run", "/run"},     Moved{"/var/lock", "/run/lock"}};

/// A file or a directory that no package owns, with all beneath it, which no package owns either.
struct Top {
  const TreeFile* file = nullptr;
  std::string_view known;  ///< kind that it is known as; empty: nothing in particular
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  const TreeFile* program = nullptr;  ///< the first with code in it
};

class Unowned {
 public:
  explicit Unowned(const Subject& subject) : tree_(*subject.tree) {
    std::vector<std::pair<const TreeFile*, std::string_view>> unowned;
    for (std::size_t i = 0; i < tree_.files.size(); ++i) {
      const TreeFile& file = tree_.files[i];
      const bool owned = !subject.owners.of[i].empty();
      const std::string_view known = owned ? std::string_view() : known_as(file);
      if (owned) keep_ways_to(file.path, owned_);
      if (owned || !known.empty()) keep_ways_to(file.path, kept_);
      if (!owned) unowned.emplace_back(&file, known);
    }
    for (const auto& [file, known] : unowned) place(*file, known);
  }
  std::vector<Top> tops;

 private:
  /// Notes the directories above a path: what is in them goes apart from it.
  static void keep_ways_to(std::string_view path, std::unordered_set<std::string_view>& ways) {
    for (std::string_view at = directory_of(path); !at.empty() && ways.insert(at).second;) at = directory_of(at);
  }

  [[nodiscard]] std::string_view known_as(const TreeFile& file) const {
    for (const Generated& each : generated_) {
      const auto fitting = [&](const char* pattern) { return is_beneath(pattern, file.path); };
      if (std::any_of(each.patterns.begin(), each.patterns.end(), fitting)) return each.what;
    }
    if (file.type != FileType::symlink) return {};
    if (is_moved(file)) return "links of the merged /usr";
    if (file.target.starts_with("/etc/alternatives/")) return "alternatives";
    const TreeFile* library = tree_.resolve(file.path);
    const bool of_ldconfig = library != nullptr && library->elf && library->elf->soname == base_name(file.path);
    return of_ldconfig ? "links of ldconfig" : std::string_view();
  }

  /// A link of that name may lead anywhere: only where it does decides.
  [[nodiscard]] bool is_moved(const TreeFile& file) const {
    const std::string beside = std::string(directory_of(file.path)) + "/" + file.target;
    const std::string to = tree_.real_path(file.target.starts_with('/') ? file.target : beside);
    return std::any_of(moved.begin(), moved.end(),
                       [&](const Moved& one) { return one.link == file.path && (one.to == to || one.to == beside); });
  }

  void place(const TreeFile& file, std::string_view known) {
    const bool directory = file.type == FileType::directory;
    if (directory && (known.empty() ? kept_ : owned_).contains(file.path)) return;
    auto top = top_of_.end();
    for (std::string_view at = directory_of(file.path); !at.empty() && top == top_of_.end(); at = directory_of(at)) {
      top = top_of_.find(at);
    }
    const bool joins = top != top_of_.end() && tops[top->second].known == known;
    if (!joins && is_leftover(file.path)) return;
    if (!joins) {
      if (directory) top_of_.insert_or_assign(file.path, tops.size());
      tops.push_back({&file, known});
    }
    count(tops[joins ? top->second : tops.size() - 1], file);
  }

  static void count(Top& top, const TreeFile& file) {
    if (file.type == FileType::directory) return;
    ++top.files;
    if (file.first_link.empty()) top.bytes += file.size;
    const bool code = file.elf || (!file.interpreter.empty() && (file.mode & 0111U) != 0);
    if (code && top.program == nullptr) top.program = &file;
  }

  const FileTree& tree_;
  const std::vector<Generated> generated_ = generated();
  std::unordered_set<std::string_view> owned_;  // directories with something in them that is owned
  std::unordered_set<std::string_view> kept_;   // … or known
  std::unordered_map<std::string_view, std::size_t> top_of_;
};

bool is_empty_directory(const Top& top) { return top.file->type == FileType::directory && top.files == 0; }

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
    message = fmt::format("no package owns this directory and what is in it ({})", amount(top.files, top.bytes));
  } else if (top.file->size > 0) {
    message += fmt::format(" ({})", human_size(top.file->size));
  }
  if (program && directory) message += fmt::format("; there is code in it: {}", top.program->path);
  findings.add(program ? "unowned-program" : "unowned-file", {}, top.file->path, std::move(message));
}

std::vector<std::string> paths_of(const std::vector<const Top*>& tops) {
  std::vector<std::string> paths;
  for (const Top* top : tops) paths.push_back(top->file->path);
  return paths;
}

void add_known(std::string_view what, const std::vector<const Top*>& tops, Findings& findings) {
  Top sum;
  for (const Top* top : tops) {
    sum.files += top->files;
    sum.bytes += top->bytes;
  }
  const std::string size = sum.files == 0 ? "" : fmt::format(" ({})", amount(sum.files, sum.bytes));
  findings.add("generated-file", {}, tops.front()->file->path,
               fmt::format("{}{}: {}", what, size, some_of(paths_of(tops))));
}

}  // namespace

void check_unowned(const Subject& subject, Findings& findings) {
  std::map<std::string_view, std::vector<const Top*>> known;
  std::vector<const Top*> empty;
  const Unowned unowned(subject);
  for (const Top& top : unowned.tops) {
    if (!top.known.empty()) {
      known[top.known].push_back(&top);
    } else if (!is_empty_directory(top)) {
      add_top(top, findings);
    } else if (std::find(standard.begin(), standard.end(), top.file->path) != standard.end()) {
      known["empty directories to mount on or to fill"].push_back(&top);
    } else {
      empty.push_back(&top);
    }
  }
  for (const auto& [what, tops] : known) add_known(what, tops, findings);
  if (!empty.empty()) {
    const std::string all = "no package owns these empty directories: " + some_of(paths_of(empty));
    findings.add("unowned-file", {}, empty.front()->file->path,
                 empty.size() == 1 ? "no package owns this empty directory" : all);
  }
}

}  // namespace rootlet::analysis
