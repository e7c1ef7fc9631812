#include "named_packages.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace rootlet::make {
namespace {

/// Whether an entry names the package: by name, NEVRA or the parts of it that DNF takes, or by a glob over one of
/// these.
bool names(const std::string& entry, const Nevra& nevra) {
  const std::string epoch = std::to_string(nevra.epoch) + ":";
  const std::string full = nevra.version + "-" + nevra.release;
  const std::array<std::string, 8> forms{nevra.name,
                                         nevra.name + "." + nevra.arch,
                                         nevra.name + "-" + nevra.version,
                                         nevra.name + "-" + epoch + nevra.version,
                                         nevra.name + "-" + full,
                                         nevra.name + "-" + epoch + full,
                                         nevra.name + "-" + full + "." + nevra.arch,
                                         nevra.str()};
  return std::any_of(forms.begin(), forms.end(),
                     [&](const std::string& form) { return entry == form || fits_glob(entry, form); });
}

}  // namespace

std::set<Nevra> packages_named(std::string_view key, const std::vector<RecipeItem>& entries,
                               const std::vector<Package>& packages, Progress& progress) {
  std::set<Nevra> found;
  for (const RecipeItem& entry : entries) {
    bool any = false;
    for (const Package& package : packages) {
      if (!names(entry.text, package.nevra)) continue;
      found.insert(package.nevra);
      any = true;
    }
    if (!any) progress.warn(entry.mark.str() + ": " + std::string(key) + ": '" + entry.text + "' matches no package");
  }
  return found;
}

}  // namespace rootlet::make
