#include "exclusion.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace rootlet::make {
namespace {

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

/// Where a part does not fit, the last "**" takes one name more: what comes before it is settled.
bool fits(const std::vector<std::string>& glob, const std::vector<std::string>& path) {
  std::size_t at = 0;
  std::size_t in_path = 0;
  std::size_t any = glob.size();  // the last "**", and up to where it reaches
  std::size_t reach = 0;
  while (in_path < path.size()) {
    if (at < glob.size() && glob[at] == "**") {
      any = at++;
      reach = in_path;
    } else if (at < glob.size() && fits_glob(glob[at], path[in_path])) {
      ++at;
      ++in_path;
    } else if (any < glob.size()) {
      at = any + 1;
      in_path = ++reach;
    } else {
      return false;
    }
  }
  return at == glob.size();  // "**" at the end is all in a directory, not the directory
}

}  // namespace

Exclusion::Exclusion(const std::vector<std::string>& globs) {
  for (const std::string& glob : globs) {
    const bool of_names = glob.find('/') == std::string::npos || glob.find('/') == glob.size() - 1;
    std::vector<std::string> parts = parts_of(glob);
    if (of_names) parts.insert(parts.begin(), "**");
    globs_.push_back(std::move(parts));
  }
}

bool Exclusion::matches(std::string_view path) const {
  if (globs_.empty()) return false;
  const std::vector<std::string> parts = parts_of(path);
  return std::any_of(globs_.begin(), globs_.end(), [&](const auto& glob) { return fits(glob, parts); });
}

bool Exclusion::covers(std::string_view path) const {
  if (globs_.empty()) return false;
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    if (matches(path.substr(0, slash))) return true;
    if (slash == std::string_view::npos) return false;
  }
}

}  // namespace rootlet::make
