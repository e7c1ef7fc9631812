#include "rootlet/files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rootlet {
namespace {

/// The parts of a path that are to be walked, the last one first, without empty ones. Where `dots` are kept, a slash at
/// the end is a ".", for it asks for a directory, too.
class Parts {
 public:
  explicit Parts(bool dots) : dots_(dots) {}
  void push(std::string_view path) {
    if (dots_ && path.ends_with('/')) parts_.emplace_back(".");
    for (std::size_t end = path.size(); end > 0;) {
      const std::size_t slash = path.find_last_of('/', end - 1);
      const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
      const std::string_view part = path.substr(begin, end - begin);
      if (!part.empty() && (dots_ || part != ".")) parts_.emplace_back(part);
      end = slash == std::string_view::npos ? 0 : slash;
    }
  }
  std::string pop() {
    std::string part = std::move(parts_.back());
    parts_.pop_back();
    return part;
  }
  [[nodiscard]] bool empty() const { return parts_.empty(); }
  /// "/usr/bin", of what was not walked.
  [[nodiscard]] std::string rest() const {
    std::string rest;
    for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) rest.append("/").append(*part);
    return rest;
  }

 private:
  bool dots_;
  std::vector<std::string> parts_;
};

/// Whether something is in a directory.
bool holds_something(const FileTree& tree, const std::string& directory) {
  const std::string inside = directory + "/";
  const auto next = std::lower_bound(tree.files.begin(), tree.files.end(), inside,
                                     [](const TreeFile& file, const std::string& path) { return file.path < path; });
  return next != tree.files.end() && next->path.starts_with(inside);
}

bool is_directory(const FileTree& tree, const std::string& path) {
  if (path.empty()) return true;
  const TreeFile* file = tree.find(path);
  return file == nullptr ? holds_something(tree, path) : file->type == FileType::directory;
}

/// Walks a path beneath the root. Not `strict`: parts that are not there are kept, and a ".." goes back from anywhere.
PathWalk walk(const FileTree& tree, std::string_view path, bool last_too, bool strict) {
  Parts parts(strict);
  parts.push(path);
  std::string at;
  const TreeFile* file = nullptr;
  int links = 0;
  while (!parts.empty()) {
    const std::string part = parts.pop();
    if (part == "." || part == "..") {
      if (strict && !is_directory(tree, at))
        return {PathWalk::End::missing, nullptr, at, "/" + part + parts.rest(), links};
      if (part == "..") at.erase(at.empty() ? 0 : at.find_last_of('/'));
      file = tree.find(at);
      continue;
    }
    std::string next = at;
    next.append("/").append(part);
    file = tree.find(next);
    const bool link = file != nullptr && file->type == FileType::symlink && (last_too || !parts.empty());
    if (strict && ((file == nullptr && !holds_something(tree, next)) || (link && file->target.empty()))) {
      return {PathWalk::End::missing, nullptr, std::move(next), parts.rest(), links};
    }
    if (!link) {
      at = std::move(next);
      continue;
    }
    if (++links > most_links) return {PathWalk::End::circle, nullptr, {}, {}, links};
    if (file->target.starts_with('/')) at.clear();
    parts.push(file->target);
    file = nullptr;
  }
  return {PathWalk::End::there, file, at.empty() ? "/" : std::move(at), {}, links};
}

}  // namespace

FileType file_type(std::uint32_t mode) noexcept {
  switch (mode & S_IFMT) {
    case S_IFDIR: return FileType::directory;
    case S_IFLNK: return FileType::symlink;
    case S_IFCHR: return FileType::char_device;
    case S_IFBLK: return FileType::block_device;
    case S_IFIFO: return FileType::fifo;
    case S_IFSOCK: return FileType::socket;
    default: return FileType::regular;
  }
}

const TreeFile* FileTree::find(std::string_view path) const {
  const auto found = std::lower_bound(files.begin(), files.end(), path,
                                      [](const TreeFile& file, std::string_view p) { return file.path < p; });
  return found != files.end() && found->path == path ? &*found : nullptr;
}

PathWalk FileTree::way(std::string_view path, bool last_too) const { return walk(*this, path, last_too, true); }

const TreeFile* FileTree::resolve_file(std::string_view path) const {
  const TreeFile* file = resolve(path);
  return file != nullptr && file->type == FileType::regular ? file : nullptr;
}

std::string FileTree::real_path(std::string_view path) const {
  PathWalk way = walk(*this, path, false, false);
  if (way.end != PathWalk::End::circle) return std::move(way.place);
  return (path.starts_with('/') ? "" : "/") + std::string(path);
}

}  // namespace rootlet
