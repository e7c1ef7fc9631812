#include "touched.hpp"

#include <sys/stat.h>

#include <optional>
#include <vector>

#include "rootlet/files.hpp"

namespace rootlet::rootfs {
namespace {

/// Follows paths, and remembers what it has seen of the root.
class Follower {
 public:
  explicit Follower(const root::Root& root) : root_(root) {}

  void follow(const std::string& path, bool last_too, const Touch& how) {
    std::vector<std::string> parts;  // the next one is the last
    push(path, parts);
    std::string place;
    for (int links = 0; !parts.empty();) {
      const std::string part = std::move(parts.back());
      parts.pop_back();
      if (part == "..") {
        place.resize(place.empty() ? 0 : place.rfind('/'));
        continue;
      }
      const std::string next = place + "/" + part;
      const Entry& entry = entry_at(next);
      if (!entry.exists) return note_elsewhere(next, parts, how);
      touched[next].looked_at = true;
      if (!entry.target.empty() && (last_too || !parts.empty())) {
        if (++links > most_links) return;
        if (entry.target.starts_with('/')) place.clear();
        push(entry.target, parts);
        continue;
      }
      place = next;
    }
    if (!place.empty()) add_touch(touched[place], how);
  }

  TouchedFiles touched;
  TouchedFiles elsewhere;

 private:
  void note_elsewhere(std::string place, const std::vector<std::string>& rest, const Touch& how) {
    for (auto part = rest.rbegin(); part != rest.rend(); ++part) {
      if (*part == "..") {
        place.resize(place.empty() ? 0 : place.rfind('/'));
      } else {
        place += "/" + *part;
      }
    }
    const bool mounted = place.starts_with("/proc/") || place.starts_with("/dev/") || place.starts_with("/sys/");
    if (how.written || (mounted && (how.opened || how.listed))) add_touch(elsewhere[place], how);
  }

  struct Entry {
    bool exists = false;
    std::string target;  ///< of a link; else empty
  };

  const Entry& entry_at(const std::string& path) {
    const auto [known, is_new] = entries_.try_emplace(path);
    if (!is_new) return known->second;
    const auto info = root_.examine(path);
    known->second.exists = info.has_value();
    if (info && S_ISLNK(info->st_mode)) known->second.target = root_.link_target(path);
    return known->second;
  }

  static void push(const std::string& path, std::vector<std::string>& parts) {
    for (std::size_t end = path.size(); end > 0;) {
      const std::size_t slash = path.rfind('/', end - 1);
      const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
      const std::string part = path.substr(begin, end - begin);
      if (!part.empty() && part != ".") parts.push_back(part);
      end = slash == std::string::npos ? 0 : slash;
    }
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
