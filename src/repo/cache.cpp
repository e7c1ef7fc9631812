#include "repo/cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <string>
#include <vector>

#include "base/entries.hpp"
#include "base/fs.hpp"
#include "rights/id_map.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

/// Directories of a cache, below which there are files only. Metadata have one more for each repository.
constexpr std::array parts{"bases",
                           "blobs",
                           "blobs/sha256",
                           "blobs/sha512",
                           "builds",
                           "headers",
                           "keys",
                           "layers",
                           "metadata",
                           "metadata/files",
                           "metadata/files/.partial",
                           "modules",
                           "packages",
                           "packages/.partial",
                           "headers/.partial",
                           "solv"};

constexpr unsigned directory_mode = 0755;

constexpr const char* own_hint =
    "name a directory of your own with --cache-dir; or, where you know all that is in this one, take it over: chown -R "
    "and chmod -R go-w";

/// Whether an access-control list names others; those in whose favour it is show as the group in the mode.
bool has_list(int fd) {
  const std::string name = "/proc/self/fd/" + std::to_string(fd);
  return getxattr(name.c_str(), "system.posix_acl_access", nullptr, 0) >= 0 || (errno != ENODATA && errno != ENOTSUP);
}

/// The group that umask 002 lets write to directories is one's own, by the custom that goes with that umask.
bool others_can_write(const struct stat& info, int fd) {
  if ((info.st_mode & S_IWOTH) != 0) return true;
  return (info.st_mode & S_IWGRP) != 0 && (!S_ISDIR(info.st_mode) || info.st_gid != getegid() || has_list(fd));
}

void require_own(int fd, const struct stat& info, const fs::path& name) {
  const std::string what = "the cache '" + name.string() + "' ";
  if (S_ISLNK(info.st_mode)) throw Error(what + "is a symbolic link", "remove it, or name another --cache-dir");
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    throw Error(what + "belongs to user " + std::to_string(info.st_uid) + ", who could have put anything there",
                own_hint);
  }
  if ((S_ISDIR(info.st_mode) || S_ISREG(info.st_mode)) && others_can_write(info, fd)) {
    throw Error(what + "can be written by others, who could have put anything there", own_hint);
  }
}

/// Whether ids of the host are hidden from this process: in its user namespace, which has not all of them, theirs are
/// shown as one id.
bool has_hidden_ids() {
  const rights::IdMap map = rights::parse_id_map(read_file("/proc/self/uid_map"));
  return map.empty() || map.front().count != UINT32_MAX;
}

/// Whoever owns a directory on the way to a cache, or may write there, could put another one in its place.
void require_own_step(const Fd& step, const struct stat& info, const fs::path& name, const fs::path& cache_dir) {
  constexpr uid_t hidden = 65534;  // of overflowuid(5); root's directories of the host are shown so
  const std::string what = "the cache '" + cache_dir.string() + "' is below " +
                           (S_ISLNK(info.st_mode) ? "the link '" : "'") + name.string() + "', which ";
  const bool own = info.st_uid == geteuid() || info.st_uid == 0 || (info.st_uid == hidden && has_hidden_ids());
  if (!own) {
    throw Error(what + "belongs to user " + std::to_string(info.st_uid) + ", who could put anything there",
                "name a directory of your own with --cache-dir; with sudo, -H gives root its own home");
  }
  if (!S_ISDIR(info.st_mode) || (info.st_mode & S_ISVTX) != 0 || !others_can_write(info, step.get())) return;
  throw Error(what + "can be written by others, who could put anything there",
              "name another directory with --cache-dir; or take their right away: chmod o-w " + name.string());
}

/// Follows a path as the kernel does, and makes sure at each step that nobody but the caller and root can lead it
/// elsewhere. Ends where there is nothing yet.
void require_own_way(const fs::path& cache_dir) {
  constexpr int most_links = 40;  // the kernel's limit
  std::vector<std::string> left;
  const auto add = [&](const fs::path& path) {
    std::vector<std::string> steps;
    for (const fs::path& step : path.relative_path()) steps.push_back(step.string());
    left.insert(left.end(), steps.rbegin(), steps.rend());
  };
  add(fs::absolute(cache_dir));
  fs::path name = "/";
  Fd at(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (int links = 0; !left.empty();) {
    const std::string step = std::move(left.back());
    left.pop_back();
    if (step.empty() || step == ".") continue;
    Fd next(openat(at.get(), step.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat info {};
    if (!next || fstat(next.get(), &info) != 0) return;  // told where it is made
    const fs::path there = step == ".." ? name.parent_path() : name / step;
    if (S_ISLNK(info.st_mode)) {
      require_own_step(next, info, there, cache_dir);
      char target[PATH_MAX];
      const ssize_t size = readlinkat(next.get(), "", target, sizeof target);
      if (size < 0 || ++links > most_links)
        throw Error("the cache '" + cache_dir.string() + "' is behind too many links");
      const fs::path path(std::string(target, static_cast<std::size_t>(size)));
      add(path);
      if (path.is_absolute()) {
        at = Fd(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        name = "/";
      }
      continue;
    }
    if (!left.empty()) require_own_step(next, info, there, cache_dir);
    name = there;
    at = std::move(next);
  }
}

/// Looks at what has a path of constants below an open directory, following no link on the way; nothing where it is
/// missing.
Fd open_part(const Fd& top, const fs::path& part, const fs::path& cache_dir) {
  Fd at;
  fs::path name = cache_dir;
  for (const fs::path& step : part) {
    name /= step;
    Fd next(openat(at ? at.get() : top.get(), step.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next && errno == ENOENT) return {};
    struct stat info {};
    if (!next || fstat(next.get(), &info) != 0) throw system_error("cannot look at '" + name.string() + "'");
    require_own(next.get(), info, name);
    if (!S_ISDIR(info.st_mode)) return {};  // told where it is used
    at = std::move(next);
  }
  return at;
}

/// Looks at a directory of the cache and at the files in it.
void require_own_part(const Fd& top, const fs::path& part, const fs::path& cache_dir) {
  const Fd at = open_part(top, part, cache_dir);
  if (!at) return;
  const fs::path place = cache_dir / part;
  const Fd listed(openat(at.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!listed) throw system_error("cannot look at '" + place.string() + "'");
  for (const std::string& name : names_in(listed.get(), place.string())) {
    struct stat info {};
    if (name == lock_name || fstatat(listed.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(info.st_mode)) require_own(-1, info, place / name);
  }
}

}  // namespace

void require_own_cache(const fs::path& cache_dir) {
  require_own_way(cache_dir);
  const Fd top(open(cache_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct stat info {};
  if (!top || fstat(top.get(), &info) != 0) return;  // told where it is made
  require_own(top.get(), info, cache_dir);
  for (const char* part : parts) require_own_part(top, part, cache_dir);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(cache_dir / "metadata", error)) {
    require_own_part(top, fs::path("metadata") / entry.path().filename(), cache_dir);
  }
}

void make_cache_dirs(const fs::path& path) {
  fs::path made;
  for (const fs::path& part : path) {
    made /= part;
    if (mkdir(made.c_str(), directory_mode) != 0 && errno != EEXIST) break;
  }
  make_dirs(path);  // which says what is in the way
}

bool is_plain_file(const fs::path& path) noexcept {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1;
}

void remove_cached(const fs::path& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return;
  if (S_ISDIR(info.st_mode)) {
    throw Error("'" + path.string() + "' is a directory, where the cache keeps files", "remove it");
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT) throw system_error("cannot remove '" + path.string() + "'");
}

}  // namespace rootlet::repo
