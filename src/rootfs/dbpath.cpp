#include <algorithm>
#include <charconv>
#include <optional>

#include "rootfs/install.hpp"

namespace rootlet::rootfs {
namespace {

constexpr const char* new_place = "/usr/lib/sysimage/rpm";
constexpr const char* old_place = "/var/lib/rpm";

/// The number after `mark` in a release: 9 for ".el" in "34.el9_2".
std::optional<int> number_after(const std::string& release, const std::string& mark) {
  const std::size_t at = release.rfind(mark);
  if (at == std::string::npos) return std::nullopt;
  int number = 0;
  const char* begin = release.data() + at + mark.size();
  const auto [stop, error] = std::from_chars(begin, release.data() + release.size(), number);
  if (error != std::errc() || stop == begin) return std::nullopt;
  return number;
}

}  // namespace

std::string choose_dbpath(const std::string& recipe_choice, const std::vector<rpm::VerifiedPackage>& packages) {
  if (recipe_choice != "auto") return recipe_choice;
  bool new_by_release = false;
  bool old_owned = false;
  for (const rpm::VerifiedPackage& package : packages) {
    const auto owns = [&](const char* directory) {
      const std::vector<PackageFile>& files = package.header().files;
      return std::any_of(files.begin(), files.end(), [&](const PackageFile& file) { return file.path == directory; });
    };
    if (owns(new_place)) return new_place;
    old_owned = old_owned || owns(old_place);
    const std::string& release = package.nevra().release;
    new_by_release = new_by_release || number_after(release, ".fc").value_or(0) >= 36 ||
                     number_after(release, ".el").value_or(0) >= 10;
  }
  return new_by_release && !old_owned ? new_place : old_place;
}

}  // namespace rootlet::rootfs
