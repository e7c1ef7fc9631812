#include <algorithm>
#include <cstdlib>

#include "rootlet/rootfs/install.hpp"
#include "rootlet/rpm/header.hpp"

namespace rootlet::rootfs {
namespace {

/// What librpm 4.16 is known by, the first that has today's SQLite databases: "/usr/lib64/librpm.so.9". Before, up to
/// EL 6, it linked SQLite for others.
constexpr int first_with_sqlite = 9;

/// 9 for "librpm.so.9" and "librpm.so.9.4.0" among the package's files; 0: it has no librpm.
int librpm_number(const rpm::HeaderInfo& info) {
  constexpr std::string_view start = "/librpm.so.";
  int number = 0;
  for (const std::string& file : info.files) {
    const std::size_t at = file.rfind('/');
    if (at == std::string::npos || file.compare(at, start.size(), start) != 0) continue;
    number = std::max(number, std::atoi(file.c_str() + at + start.size()));
  }
  return number;
}

bool requires_library(const rpm::HeaderInfo& info, const char* start) {
  return std::any_of(info.requirements.begin(), info.requirements.end(),
                     [&](const rpm::Requirement& requirement) { return requirement.capability.starts_with(start); });
}

}  // namespace

std::vector<ForeignLibrpm> foreign_librpms(const std::vector<std::filesystem::path>& packages) {
  std::vector<ForeignLibrpm> found;
  for (const auto& path : packages) {
    const rpm::HeaderInfo info = rpm::read_header(path);
    const int number = librpm_number(info);
    if (number == 0 || (number >= first_with_sqlite && requires_library(info, "libsqlite3.so."))) continue;
    found.push_back({info.nevra, requires_library(info, "libdb-") ? RpmdbFormat::berkeley : RpmdbFormat::ndb});
  }
  return found;
}

}  // namespace rootlet::rootfs
