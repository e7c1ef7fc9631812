#include "place_checks.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <string>

#include "base/text.hpp"
#include "rights/emulate_owners.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {
namespace {

bool is_root(const std::string& user) {
  const std::string name = user.substr(0, user.find(':'));
  return name.empty() || name == "0" || name == "root";
}

}  // namespace

void require_space(const std::filesystem::path& directory, std::uint64_t bytes) {
  struct statvfs info {};
  if (statvfs(directory.c_str(), &info) != 0) throw system_error("cannot look at '" + directory.string() + "'");
  const std::uint64_t free = std::uint64_t{info.f_bavail} * info.f_frsize;
  if (free >= bytes || info.f_blocks == 0) return;  // ramfs does not tell
  throw Error("cannot build in '" + directory.string() + "': No space left on device: the packages take " +
                  human_size(bytes) + ", " + human_size(free) + " are free",
              "free some space there, or choose another place");
}

std::int64_t time_there(const OpenDirectory& directory) {
  struct stat info {};
  if (futimens(directory.fd(), nullptr) != 0 || fstat(directory.fd(), &info) != 0) {
    throw system_error("cannot look at '" + directory.path().string() + "'");
  }
  return info.st_mtim.tv_sec;
}

void check_single_id(const Recipe& recipe, image::Format format, Progress& progress) {
  if (format == image::Format::dir) {
    throw Error("cannot write a directory: with a single id, files can have their owners in an image only",
                std::string("choose another --format; or ") + rights::more_ids_hint);
  }
  if (recipe.tests.empty() || is_root(recipe.image.user)) return;
  progress.warn("tests run as user '" + recipe.image.user +
                "', to whom all files belong in a build with a single id: what the user may not do is not tested");
}

}  // namespace rootlet::make
