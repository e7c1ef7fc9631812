#include <fmt/format.h>

#include "base/text.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

constexpr std::uint32_t setuid = 04000;
constexpr std::uint32_t setgid = 02000;
constexpr std::uint32_t sticky = 01000;
constexpr std::uint32_t others_write = 0002;

void check_setuid(const Subject& subject, std::size_t i, Findings& findings) {
  const TreeFile& file = subject.tree->files[i];
  std::vector<std::string> as;
  if ((file.mode & setuid) != 0) as.push_back("the user " + subject.users.name(file.uid));
  if ((file.mode & setgid) != 0) as.push_back("the group " + subject.groups.name(file.gid));
  findings.add("setuid-file", subject.owner(i), file.path,
               fmt::format("runs as {}, whoever starts it (mode {:04o})", join(as, " and "), file.mode));
}

}  // namespace

void check_permissions(const Subject& subject, Findings& findings) {
  for (std::size_t i = 0; i < subject.tree->files.size(); ++i) {
    const TreeFile& file = subject.tree->files[i];
    const bool regular = file.type == FileType::regular;
    if (regular && !file.first_link.empty()) continue;
    if (regular && (file.mode & (setuid | setgid)) != 0) check_setuid(subject, i, findings);
    const bool open = (file.mode & others_write) != 0;
    const bool shared = file.type == FileType::directory && (file.mode & sticky) != 0;
    if (open && !shared && (regular || file.type == FileType::directory)) {
      findings.add("world-writable", subject.owner(i), file.path,
                   fmt::format("{} (mode {:04o})",
                               regular ? "anybody may change it" : "anybody may add, remove and replace files in it",
                               file.mode));
    }
  }
}

}  // namespace rootlet::analysis
