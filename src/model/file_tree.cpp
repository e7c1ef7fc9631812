#include "rootlet/files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "path_walk.hpp"

namespace rootlet {
namespace {

/// Whether something is in a directory.
bool holds_something(const FileTree& tree, const std::string& directory) {
  const std::string inside = directory + "/";
  const auto next = std::lower_bound(tree.files.begin(), tree.files.end(), inside,
                                     [](const TreeFile& file, const std::string& path) { return file.path < path; });
  return next != tree.files.end() && next->path.starts_with(inside);
}

PathEntry entry_at(const FileTree& tree, const std::string& place, const TreeFile* file) {
  using Kind = PathEntry::Kind;
  if (file == nullptr) return {holds_something(tree, place) ? Kind::directory : Kind::missing};
  if (file->type == FileType::symlink) return {Kind::link, file->target};
  return {file->type == FileType::directory ? Kind::directory : Kind::other};
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

PathWalk FileTree::way(std::string_view path, bool last_too) const {
  PathWalk way =
      walk_path(path, {last_too}, [this](const std::string& place) { return entry_at(*this, place, find(place)); });
  if (way.end == PathWalk::End::there) way.file = find(way.place);
  return way;
}

PathWalk walk_path(const FileTree& tree, std::string_view path, bool last_too, std::vector<const TreeFile*>& on_way) {
  PathWalk way = walk_path(path, {last_too}, [&](const std::string& place) {
    const TreeFile* file = tree.find(place);
    if (file != nullptr) on_way.push_back(file);
    return entry_at(tree, place, file);
  });
  if (way.end == PathWalk::End::there) way.file = tree.find(way.place);
  return way;
}

const TreeFile* FileTree::resolve_file(std::string_view path) const {
  const TreeFile* file = resolve(path);
  return file != nullptr && file->type == FileType::regular ? file : nullptr;
}

std::string FileTree::real_path(std::string_view path) const {
  PathWalk way =
      walk_path(path, {false, true}, [&](const std::string& place) { return entry_at(*this, place, find(place)); });
  if (way.end != PathWalk::End::circle) return std::move(way.place);
  return (path.starts_with('/') ? "" : "/") + std::string(path);
}

}  // namespace rootlet
