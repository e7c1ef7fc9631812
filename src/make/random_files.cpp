#include "random_files.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace rootlet::make {
namespace {

/// A package is known by a program that it owns and its scriptlet runs.
struct RandomFiles {
  std::string_view program;
  std::array<std::string_view, 2> files;
};

/// Seen in the packages' scriptlets.
constexpr std::array known_random{
    // CentOS 7, openldap: a certificate database with a key and a password of its own.
    RandomFiles{"/usr/libexec/openldap/create-certdb.sh",
                {"/etc/openldap/certs/key3.db", "/etc/openldap/certs/password"}},
};

bool owns(const rpm::VerifiedPackage& package, std::string_view path) {
  const auto& files = package.header().files;
  return std::any_of(files.begin(), files.end(), [&](const PackageFile& file) { return file.path == path; });
}

}  // namespace

void warn_of_random_files(const Recipe& recipe, const Verified& packages, Progress& progress) {
  for (const rpm::VerifiedPackage& package : packages) {
    for (const RandomFiles& one : known_random) {
      if (!owns(package, one.program)) continue;
      std::vector<std::string> random;
      for (const std::string_view path : one.files) {
        const bool settled = std::any_of(recipe.files.begin(), recipe.files.end(),
                                         [&](const RecipeFile& file) { return file.path == path; });
        if (!settled) random.emplace_back(path);
      }
      if (random.empty()) continue;
      progress.warn("package " + package.nevra().str() + ": a scriptlet fills " + join(random, " and ") +
                    " with random bytes, so each build gives another image; give them a content of your own in 'files' "
                    "of the recipe");
    }
  }
}

}  // namespace rootlet::make
