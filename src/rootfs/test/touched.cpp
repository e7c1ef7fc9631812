#include "touched.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/path_walk.hpp"

namespace rootlet::rootfs {
namespace {

constexpr std::array<std::string_view, 3> mounts{"/proc/", "/dev/", "/sys/"};

/// Follows paths, and remembers what it has seen of the root.
class Follower {
 public:
  explicit Follower(const root::Root& root) : root_(root) {}

  void follow(const std::string& path, bool last_too, const Touch& how) {
    const PathWalk way = walk_path(path, {last_too}, [this](const std::string& place) {
      const PathEntry entry = entry_at(place);
      if (entry.kind != PathEntry::Kind::missing) touched[place].looked_at = true;
      return entry;
    });
    if (way.end == PathWalk::End::missing) note_elsewhere(way.place, way.rest, how);
    if (way.end == PathWalk::End::there && way.place != "/") add_touch(touched[way.place], how);
  }

  TouchedFiles touched;
  TouchedFiles elsewhere;

 private:
  /// `place`: what is not there; `rest`: of the path after it, through what programs have made.
  void note_elsewhere(const std::string& place, const std::string& rest, const Touch& how) {
    const PathWalk way =
        walk_path(place + rest, {false, true}, [](const std::string& /*place*/) { return PathEntry{}; });
    const bool mounted =
        std::any_of(mounts.begin(), mounts.end(), [&](auto mount) { return way.place.starts_with(mount); });
    if (how.written || (mounted && (how.opened || how.listed))) add_touch(elsewhere[way.place], how);
  }

  struct Entry {
    PathEntry::Kind kind = PathEntry::Kind::missing;
    std::string target;  ///< of a link; else empty
  };

  PathEntry entry_at(const std::string& place) {
    const auto [known, is_new] = entries_.try_emplace(place);
    Entry& entry = known->second;
    if (const auto info = is_new ? root_.examine(place) : std::nullopt) {
      const FileType type = file_type(info->st_mode);
      if (type == FileType::symlink) entry.target = root_.link_target(place);
      entry.kind = type == FileType::symlink     ? PathEntry::Kind::link
                   : type == FileType::directory ? PathEntry::Kind::directory
                                                 : PathEntry::Kind::other;
    }
    return {entry.kind, entry.target};
  }

  const root::Root& root_;
  std::map<std::string, Entry> entries_;
};

}  // namespace

TracedFiles touched_in(const root::Root& root, const Trace& trace) {
  Follower follower(root);
  for (const auto& [path, how] : trace.paths) follower.follow(path.first, path.second, how);
  return {std::move(follower.touched), std::move(follower.elsewhere)};
}

}  // namespace rootlet::rootfs
