#include <fcntl.h>
#include <sys/stat.h>

#include <memory>

#include "installed/tree.hpp"
#include "places.hpp"
#include "root/directory.hpp"
#include "rootlet/error.hpp"
#include "spool.hpp"

namespace rootlet::installed {
namespace {

/// Opens files beneath a root as if it were "/".
class DirectoryPlaces final : public Places {
 public:
  explicit DirectoryPlaces(const root::Root& root) : root_(root) {}

  [[nodiscard]] bool has_file(const std::string& path) const override { return root_.has_file(path); }
  [[nodiscard]] std::vector<std::string> names(const std::string& directory) const override {
    return root_.names(directory);
  }
  [[nodiscard]] std::string link(const std::string& path) const override {
    const auto info = root_.examine(path);
    return info && S_ISLNK(info->st_mode) ? root_.link_target(path) : std::string();
  }
  [[nodiscard]] bool same_file(const std::string& one, const std::string& other) const override {
    const Fd first = root_.find(one, O_PATH);
    const Fd second = root_.find(other, O_PATH);
    struct stat a {};
    struct stat b {};
    return first && second && fstat(first.get(), &a) == 0 && fstat(second.get(), &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
  }

 private:
  const root::Root& root_;
};

}  // namespace

Tree read_directory(const std::filesystem::path& path, const ReadOptions& options, Progress& progress) {
  Tree tree;
  root::Spooler spooler;
  try {
    const auto opened = std::make_shared<const root::Root>(path);
    const root::Root& root = *opened;
    if (options.depth == Depth::copies) {
      tree.content = [opened](const TreeFile& file, std::size_t most) { return opened->head(file.path, most); };
    }
    if (options.depth != Depth::database) {
      progress.begin("reading the root", 0, Progress::Unit::items);
      tree.files = root::read_files(root, contents_of(options.depth), progress);
      progress.end();
    }
    const DirectoryPlaces places(root);
    tree.links = merged_links(places);
    for (const Wish& wish : wishes(places)) put(wish, root::keep(root, wish.path, wish.use, spooler), spooler, tree);
  } catch (const Error& error) {
    progress.abandon();
    throw error.within("cannot read the root '" + path.string() + "'");
  }
  tree.spool.directory = spooler.release();
  return tree;
}

}  // namespace rootlet::installed
