#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "rootlet/audit.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

std::string_view type_name(FileType type) {
  switch (type) {
    case FileType::directory: return "a directory";
    case FileType::symlink: return "a symbolic link";
    case FileType::char_device:
    case FileType::block_device: return "a device";
    case FileType::fifo: return "a named pipe";
    case FileType::socket: return "a socket";
    case FileType::regular: break;
  }
  return "a regular file";
}

/// Where what is missing tells nothing about the image: it is made when the system or the container starts.
bool is_made_at_start(std::string_view path) {
  for (const std::string_view place : {"/dev", "/proc", "/sys", "/run", "/tmp", "/var/run", "/var/lock"}) {
    if (path == place || (path.starts_with(place) && path[place.size()] == '/')) return true;
  }
  return false;
}

/// Compares what packages list with the files of a tree as rpm does (rpm 4.18, lib/verify.c): but times, which images
/// do not keep, and sizes, which digests tell better, are left out, and a file of another type is said to be just that.
class Comparison {
 public:
  Comparison(const Subject& subject, Findings& findings) : subject_(subject), findings_(findings) {}

  void compare(const Claim& claim, const TreeFile& found) {
    const TreeFile& file = followed(claim, found);
    const PackageFile& listed = *claim.file;
    if (!listed.ghost && file_type(listed.mode) != file.type) {
      add("changed-type", claim, found,
          fmt::format("is {}; its package made it {}", type_name(file.type), type_name(file_type(listed.mode))));
      return;
    }
    if (file.type == FileType::regular) compare_regular(claim, file);
    if (file.type == FileType::symlink && !listed.ghost && file.target != listed.target) {
      add("changed-link", claim, found,
          fmt::format("leads to {}; its package made it lead to {}", file.target, listed.target));
    }
    compare_access(claim, found, file);
  }

  /// Tells what could not be compared.
  void conclude() {
    for (const auto& [type, files] : digests_) {
      findings_.add("not-compared", {}, "",
                    fmt::format("{} with {} digests: only their sizes were compared", counted(files, "file"), type));
    }
    if (nameless_ > 0) {
      findings_.add(
          "not-compared", {}, "",
          fmt::format("{}: there is no {} to tell their owners by", counted(nameless_, "file"), missing_names_));
    }
  }

 private:
  /// rpm takes a link to a directory for the directory, if root or the directory's owner made it.
  const TreeFile& followed(const Claim& claim, const TreeFile& found) const {
    if (!S_ISDIR(claim.file->mode) || found.type != FileType::symlink) return found;
    const TreeFile* target = subject_.tree->resolve(found.path);
    const bool is_directory = target != nullptr && target->type == FileType::directory;
    return is_directory && (found.uid == 0 || found.uid == target->uid) ? *target : found;
  }

  void compare_regular(const Claim& claim, const TreeFile& file) {
    const PackageFile& listed = *claim.file;
    if (!listed.ghost && listed.verify_digest && !listed.digest.hex.empty()) {
      if (file.unread) {
        findings_.add("not-compared", subject_.nevra(claim.package), file.path,
                      fmt::format("its content was not read: {}, nearly all of it holes", human_size(file.size)));
      } else if (listed.size != file.size) {
        changed(claim, file, fmt::format("{} bytes; its package gave it {}", grouped(file.size), grouped(listed.size)));
      } else if (listed.digest.type != "sha256") {
        ++digests_[listed.digest.type];
      } else if (!file.sha256.empty() && file.sha256 != listed.digest.hex) {
        changed(claim, file, "its content is not what its package gave");
      }
    }
    if (file.capabilities != listed.capabilities) {
      const auto shown = [](const std::string& capabilities) {
        return capabilities.empty() ? std::string("none") : capabilities;
      };
      add("changed-capability", claim, file,
          fmt::format("capabilities: {}; its package gave it {}", shown(file.capabilities),
                      shown(listed.capabilities)));
    }
  }

  void changed(const Claim& claim, const TreeFile& file, std::string message) {
    add(claim.file->config ? "changed-config" : "changed-content", claim, file, std::move(message));
  }

  void compare_access(const Claim& claim, const TreeFile& found, const TreeFile& file) {
    const PackageFile& listed = *claim.file;
    const Expected user = expected(listed.user, subject_.users, "/etc/passwd");
    const Expected group = expected(listed.group, subject_.groups, "/etc/group");
    if (file.type != FileType::symlink && listed.verify_mode) {
      std::uint32_t mode = listed.mode & 07777U;
      if (!user.exists) mode &= ~std::uint32_t{S_ISUID};
      if (!group.exists) mode &= ~std::uint32_t{S_ISGID};
      if (user.known && group.known) compare_mode(claim, found, file.mode, mode);
    }
    if (!listed.verify_owner) return;
    if (!user.known || !group.known) {
      ++nameless_;
      return;
    }
    if (user.id != file.uid || group.id != file.gid) {
      add("changed-owner", claim, found,
          fmt::format("belongs to {}:{}; its package gave it to {}:{}", subject_.users.name(file.uid),
                      subject_.groups.name(file.gid), subject_.users.name(user.id), subject_.groups.name(group.id)));
    }
  }

  void compare_mode(const Claim& claim, const TreeFile& found, std::uint32_t mode, std::uint32_t given) {
    if (mode == given) return;
    const std::uint32_t dangerous = S_ISUID | S_ISGID | S_IWOTH;
    Finding& finding =
        add("changed-mode", claim, found, fmt::format("mode {:04o}; its package gave it {:04o}", mode, given));
    if ((given & ~dangerous) == (mode & ~dangerous) && (mode & ~given) == 0) {
      finding.severity = Severity::note;
      finding.advice = "Nothing, where it was meant: the files are safer so.";
    }
  }

  struct Expected {
    std::uint32_t id = 0;
    bool exists = true;
    bool known = true;
  };
  /// A name that does not exist stands for root, and takes its bit of the mode with it (rpm 4.18, lib/rpmfi.c).
  Expected expected(const std::string& name, const Accounts& accounts, const char* file) {
    if (name == "root" || name.empty()) return {};
    const auto found = accounts.ids.find(name);
    if (found != accounts.ids.end()) return {found->second};
    const bool known = subject_.tree->resolve(file) != nullptr;
    if (!known && missing_names_.empty()) missing_names_ = file;
    return {0, false, known};
  }

  Finding& add(const char* rule, const Claim& claim, const TreeFile& file, std::string message) {
    return findings_.add(rule, subject_.nevra(claim.package), file.path, std::move(message));
  }

  const Subject& subject_;
  Findings& findings_;
  std::map<std::string, std::uint64_t> digests_;  // of other types than the tree's, and how many files have them
  std::uint64_t nameless_ = 0;
  std::string missing_names_;
};

/// Parts of a package that are missing in one place.
struct Gap {
  std::vector<const Lost*> all;
  bool harmless = true;
};

bool is_harmless(const Lost& lost) {
  TreeFile file;
  file.path = lost.place + (S_ISDIR(lost.claim.file->mode) ? "/" : "");
  const FileKind kind = kind_of(file, {lost.claim});
  const bool optional = kind == FileKind::documentation || kind == FileKind::license || kind == FileKind::locale ||
                        kind == FileKind::cache || kind == FileKind::log;
  return optional || is_made_at_start(lost.place) || lost.place.starts_with("/usr/lib/.build-id/");
}

/// The highest of the directories of a missing path that is missing, too; else the path itself.
std::string_view highest_missing(const FileTree& tree, std::string_view place) {
  std::string_view highest = place;
  for (std::string_view at = directory_of(place); !at.empty() && tree.find(at) == nullptr; at = directory_of(at)) {
    highest = at;
  }
  return highest;
}

void check_missing(const Subject& subject, Findings& findings) {
  std::map<std::pair<PackageId, std::string_view>, Gap> gaps;
  for (const Lost& lost : subject.owners.lost) {
    if (lost.claim.file->ghost || lost.claim.file->missing_ok) continue;
    Gap& gap = gaps[{lost.claim.package, highest_missing(*subject.tree, lost.place)}];
    gap.all.push_back(&lost);
    gap.harmless = gap.harmless && is_harmless(lost);
  }
  for (const auto& [where, gap] : gaps) {
    const bool one = gap.all.size() == 1;
    Finding& finding = findings.add(
        "missing-file", subject.nevra(where.first), one ? gap.all.front()->place : std::string(where.second),
        one ? "is missing" : fmt::format("is missing, with {} of the package", counted(gap.all.size(), "path")));
    if (gap.harmless) {
      finding.severity = Severity::note;
      finding.advice = "To leave such files out, install without them (docs, langs), so that the database knows.";
    }
  }
}

}  // namespace

void check_owned(const Subject& subject, Findings& findings) {
  check_missing(subject, findings);
  Comparison comparison(subject, findings);
  for (std::size_t i = 0; i < subject.tree->files.size(); ++i) {
    for (const Claim& claim : subject.owners.of[i]) comparison.compare(claim, subject.tree->files[i]);
  }
  comparison.conclude();
}

}  // namespace rootlet::analysis
