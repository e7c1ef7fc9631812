#include <algorithm>
#include <cstdlib>

#include "rootfs/install.hpp"

namespace rootlet::rootfs {
namespace {

/// The mark of librpm 4.16, the first that has today's SQLite databases: "/usr/lib64/librpm.so.9". Before, up to
/// EL 6, it linked SQLite for others.
constexpr int first_with_sqlite = 9;

/// librpm 4.9, the first whose indexes are trees of Berkeley DB. EL 6 has 4.8.
constexpr int first_with_tree_indexes = 2;

/// librpm 4.13, the first with triggers on files.
constexpr int first_with_later_indexes = 7;

/// 9 for "librpm.so.9" and "librpm.so.9.4.0" among the package's files; 0: it has no librpm.
int librpm_number(const rpm::HeaderInfo& info) {
  constexpr std::string_view start = "/librpm.so.";
  int number = 0;
  for (const PackageFile& file : info.files) {
    const std::size_t at = file.path.rfind('/');
    if (at == std::string::npos || file.path.compare(at, start.size(), start) != 0) continue;
    number = std::max(number, std::atoi(file.path.c_str() + at + start.size()));
  }
  return number;
}

bool requires_library(const rpm::HeaderInfo& info, const char* start) {
  return std::any_of(info.requirements.begin(), info.requirements.end(),
                     [&](const rpm::Requirement& requirement) { return requirement.capability.starts_with(start); });
}

struct Librpm {
  Nevra package;
  RpmdbFormat reads;
  int number;
};

std::vector<Librpm> librpms_of(const std::vector<PackageInRoot>& packages) {
  std::vector<Librpm> found;
  for (const PackageInRoot& one : packages) {
    if (one.leaves) continue;
    const rpm::HeaderInfo& info = one.package->header();
    const int number = librpm_number(info);
    if (number == 0) continue;
    RpmdbFormat reads = RpmdbFormat::ndb;
    if (number >= first_with_sqlite && requires_library(info, "libsqlite3.so.")) {
      reads = RpmdbFormat::sqlite;
    } else if (requires_library(info, "libdb-")) {
      reads = RpmdbFormat::berkeley;
    }
    found.push_back({info.nevra, reads, number});
  }
  return found;
}

bool takes_our_berkeley(const Librpm& one) {
  return one.reads == RpmdbFormat::berkeley && one.number >= first_with_tree_indexes;
}

}  // namespace

RpmdbChoice choose_rpmdb_format(const std::vector<PackageInRoot>& packages) {
  const std::vector<Librpm> all = librpms_of(packages);
  RpmdbChoice choice;
  if (!all.empty() && std::all_of(all.begin(), all.end(), takes_our_berkeley)) choice.format = RpmdbFormat::berkeley;
  choice.later_indexes =
      std::any_of(all.begin(), all.end(), [](const Librpm& one) { return one.number >= first_with_later_indexes; });
  for (const Librpm& one : all) {
    if (one.reads != choice.format) choice.foreign.push_back({one.package, one.reads});
  }
  return choice;
}

}  // namespace rootlet::rootfs
