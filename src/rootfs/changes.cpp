#include <sys/stat.h>

#include <memory>
#include <set>

#include "base.hpp"
#include "base/digest.hpp"
#include "root/directory.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"

namespace rootlet::rootfs {
namespace {

std::string digest_in(const root::Root& root, const TreeFile& file) {
  const Fd fd = root.find_file(file.path);
  if (!fd) throw Error("cannot read " + root::in_root(file.path) + ": it was changed meanwhile");
  stream::FileSource content(fd.get(), 0, file.size, root::in_root(file.path));
  Digest digest;
  for (auto piece = content.next(stream::piece_size); !piece.empty(); piece = content.next(stream::piece_size)) {
    digest.update(piece);
  }
  return digest.finish();
}

bool is_untouched(const struct stat& info, const BaseFile& before) {
  return info.st_dev == before.device && info.st_ino == before.inode && info.st_ctim.tv_sec == before.changed_seconds &&
         info.st_ctim.tv_nsec == before.changed_nanoseconds;
}

bool is_changed(const root::Root& root, const TreeFile& file, const BaseFile& before) {
  const TreeFile& facts = before.facts;
  const bool same = file.type == facts.type && file.mode == facts.mode && file.uid == facts.uid &&
                    file.gid == facts.gid && file.size == facts.size && file.target == facts.target &&
                    file.capabilities == facts.capabilities;
  if (!same) return true;
  if (file.type != FileType::regular) return false;
  const auto info = root.examine(file.path);
  if (info && is_untouched(*info, before)) return false;
  return digest_in(root, file) != facts.sha256;
}

/// Entries of the base that are gone, without what is below something that is gone, or in place of which there is
/// something else.
std::set<std::string> removed_from(const BaseFiles& base, const FileTree& now) {
  std::set<std::string> removed;
  for (const auto& [path, file] : base) {
    if (now.find(path) != nullptr) continue;
    const std::size_t slash = path.rfind('/');
    const TreeFile* const parent = slash == 0 ? nullptr : now.find(path.substr(0, slash));
    if (slash == 0 || (parent != nullptr && parent->type == FileType::directory)) removed.insert(path.substr(1));
  }
  return removed;
}

}  // namespace

image::TreePart changes_since(const root::Root& root, const BaseFiles& base, Progress& progress) {
  const FileTree now = root::read_files(root, root::Contents::none, progress);
  auto changed = std::make_shared<std::set<std::string>>();
  std::set<std::string> changed_inodes;  // by the first of their names
  const auto first_name = [](const TreeFile& file) { return file.first_link.empty() ? file.path : file.first_link; };
  for (const TreeFile& file : now.files) {
    const auto before = base.find(file.path);
    if (before != base.end() && !is_changed(root, file, before->second)) continue;
    changed->insert(file.path.substr(1));
    if (file.type == FileType::regular) changed_inodes.insert(first_name(file));
  }
  for (const TreeFile& file : now.files) {
    if (changed_inodes.contains(first_name(file))) changed->insert(file.path.substr(1));
  }
  return {[changed](const std::string& path) { return changed->contains(path); }, removed_from(base, now)};
}

}  // namespace rootlet::rootfs
