#include "rootlet/files.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace rootlet {
namespace {

/// As Linux: more links on one way are a circle (path_resolution(7)).
constexpr int most_links = 40;

/// The parts of a path, the last one first, without empty ones and ".".
std::vector<std::string> reversed_parts(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t end = path.size(); end > 0;) {
    const std::size_t slash = path.find_last_of('/', end - 1);
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string_view part = path.substr(begin, end - begin);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    end = slash == std::string_view::npos ? 0 : slash;
  }
  return parts;
}

/// Walks a path beneath the root; nothing where links go round in a circle.
std::optional<std::string> walk(const FileTree& tree, std::string_view path, bool last_too) {
  std::vector<std::string> pending = reversed_parts(path);
  std::string at;
  int links = 0;
  while (!pending.empty()) {
    const std::string part = std::move(pending.back());
    pending.pop_back();
    if (part == "..") {
      at.erase(at.empty() ? 0 : at.find_last_of('/'));
      continue;
    }
    std::string next = at;
    next.append("/").append(part);
    const TreeFile* file = tree.find(next);
    if (file == nullptr || file->type != FileType::symlink || (pending.empty() && !last_too)) {
      at = std::move(next);
      continue;
    }
    if (++links > most_links) return std::nullopt;
    if (file->target.starts_with('/')) at.clear();
    const std::vector<std::string> more = reversed_parts(file->target);
    pending.insert(pending.end(), more.begin(), more.end());
  }
  return at.empty() ? "/" : at;
}

}  // namespace

const TreeFile* FileTree::find(std::string_view path) const {
  const auto found = std::lower_bound(files.begin(), files.end(), path,
                                      [](const TreeFile& file, std::string_view p) { return file.path < p; });
  return found != files.end() && found->path == path ? &*found : nullptr;
}

const TreeFile* FileTree::resolve(std::string_view path) const {
  const auto real = walk(*this, path, true);
  return real ? find(*real) : nullptr;
}

std::string FileTree::real_path(std::string_view path) const {
  return walk(*this, path, false).value_or(std::string(path));
}

}  // namespace rootlet
