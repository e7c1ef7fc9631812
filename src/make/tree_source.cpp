#include "tree_source.hpp"

#include <map>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "exclusion.hpp"
#include "image/tar_file.hpp"
#include "installed/transport.hpp"
#include "registry/store.hpp"
#include "root/directory.hpp"
#include "root/layers.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {
namespace {

constexpr std::string_view whiteout = ".wh.";

std::string shown(const std::string& path) { return "'" + printable(path) + "'"; }

/// Error where an image cannot have such a file, or only root of a running system makes it.
void check(const TreeFile& file) {
  std::string what;
  switch (file.type) {
    case FileType::regular:
    case FileType::directory:
    case FileType::symlink: break;
    case FileType::char_device:
    case FileType::block_device: what = "a device"; break;
    case FileType::fifo: what = "a named pipe"; break;
    case FileType::socket: what = "a socket"; break;
  }
  const std::string hint = "leave it out with exclude";
  if (!what.empty()) {
    throw Error(shown(file.path) + " is " + what + ": only files, directories and links are taken", hint);
  }
  if (file.path.substr(file.path.rfind('/') + 1).starts_with(whiteout)) {
    throw Error(shown(file.path) + ": in a layer, the name means that another file is gone", hint);
  }
  if (file.unread) throw Error(shown(file.path) + " is nearly all holes, more than 1 GB of them", hint);
}

TreeFile top_directory() {
  TreeFile top;
  top.type = FileType::directory;
  top.mode = 0755;
  return top;
}

void check_all(const std::vector<TreeFile>& files) {
  if (files.empty() || (files.size() == 1 && files.front().type == FileType::directory))
    throw Error("there is nothing in it to take");
  for (const TreeFile& file : files) check(file);
}

/// Content that comes from a file of a directory.
class DirectoryContent final : public image::Content {
 public:
  explicit DirectoryContent(root::FileReader reader) : reader_(std::move(reader)) {}
  std::string_view next() override { return reader_.next(); }

 private:
  root::FileReader reader_;
};

class DirectorySource final : public TreeSource {
 public:
  DirectorySource(const RecipeTree& tree, Progress& progress) : root_(fs::path(tree.source)) {
    const Exclusion exclusion(tree.exclude);
    name_ = "tree " + fs::path(tree.source).filename().string();
    progress.begin("reading " + name_, 0, Progress::Unit::items);
    const auto counts = [&](const std::string& path) { return !exclusion.matches(path); };
    files_ = root::read_files(root_, root::Contents::all, progress, counts).files;
    progress.end();
    files_.insert(files_.begin(), top_directory());
    check_all(files_);
  }

  void read(const Visit& visit, Progress& /*progress*/) const override {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (files_[i].type != FileType::regular || !files_[i].first_link.empty()) continue;
      DirectoryContent content(root::FileReader(root_, files_[i].path));
      visit(i, content);
    }
  }

 private:
  root::Root root_;
};

/// Layers, one on top of the other: those of an image, or a tar alone.
class TreeLayers {
 public:
  TreeLayers() = default;
  TreeLayers(const TreeLayers&) = delete;
  TreeLayers& operator=(const TreeLayers&) = delete;
  virtual ~TreeLayers() = default;
  [[nodiscard]] virtual std::size_t count() const = 0;
  virtual void read(std::size_t layer, const image::Image::Visit& visit, Progress& progress) = 0;
  [[nodiscard]] virtual bool has_whiteouts() const = 0;
};

class ImageLayers final : public TreeLayers {
 public:
  explicit ImageLayers(image::Image image) : image_(std::move(image)) {}
  [[nodiscard]] std::size_t count() const override { return image_.info().layers.size(); }
  void read(std::size_t layer, const image::Image::Visit& visit, Progress& progress) override {
    image_.read_layer(layer, visit, progress);
  }
  [[nodiscard]] bool has_whiteouts() const override { return true; }

 private:
  image::Image image_;
};

class TarLayer final : public TreeLayers {
 public:
  explicit TarLayer(const fs::path& path) : tar_(path) {}
  [[nodiscard]] std::size_t count() const override { return 1; }
  void read(std::size_t /*layer*/, const image::Image::Visit& visit, Progress& progress) override {
    tar_.read(visit, progress);
  }
  [[nodiscard]] bool has_whiteouts() const override { return false; }

 private:
  image::TarFile tar_;
};

/// Files out of layers. Nothing is unpacked to disk: layers are read once to know what there is, once for the facts of
/// what is taken, and for its content whenever that is asked for.
class LayeredSource final : public TreeSource {
 public:
  LayeredSource(std::unique_ptr<TreeLayers> layers, std::string name, std::string image_digest, const RecipeTree& tree,
                Progress& progress)
      : layers_(std::move(layers)) {
    name_ = std::move(name);
    image_digest_ = std::move(image_digest);
    choose(tree, progress);
    check_all(files_);
    root::Spooler unused;
    root::ContentReader reader(root::Contents::all, unused);
    read(
        [&](std::size_t place, image::Content& content) {
          TreeFile& file = files_[place];
          reader.read(content, std::nullopt, file.path, file);
          check(file);
        },
        progress);
  }

  void read(const Visit& visit, Progress& progress) const override {
    for (const auto& [layer, entries] : wanted_) {
      std::uint64_t number = 0;
      const auto look = [&, &wanted = entries](const image::LayerEntry&, image::Content& content) {
        const auto found = wanted.find(number++);
        if (found != wanted.end()) visit(found->second, content);
      };
      layers_->read(layer, look, progress);
    }
  }

 private:
  void choose(const RecipeTree& tree, Progress& progress) {
    root::LayerTree all;
    for (std::size_t layer = 0; layer < layers_->count(); ++layer) {
      all.begin_layer();
      const auto apply = [&](const image::LayerEntry& entry, image::Content&) {
        // Where they have no meaning, they are names; the tree would take them for whiteouts.
        if (!layers_->has_whiteouts() && has_whiteout_name(entry.path)) check({.path = entry.path});
        all.apply(entry);
      };
      layers_->read(layer, apply, progress);
    }
    take(FileTree{all.files(), {}}, all, tree);
  }

  static bool has_whiteout_name(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path.substr(path.rfind('/') + 1).starts_with(whiteout);
  }

  void take(const FileTree& all, const root::LayerTree& layers, const RecipeTree& tree) {
    const PathWalk way = all.way(tree.subpath);
    if (way.end != PathWalk::End::there) throw Error("there is no " + shown(tree.subpath) + " in it");
    const bool alone = way.file != nullptr && way.file->type != FileType::directory;
    const std::string top = way.place == "/" ? "" : way.place;
    const std::string below = top + "/";
    const Exclusion exclusion(tree.exclude);
    if (!alone) files_.push_back(way.file == nullptr ? top_directory() : *way.file);
    if (!alone) files_.back().path.clear();
    std::map<std::string, std::string> first;  // by the first path of all, the first that is taken
    for (const TreeFile& file : all.files) {
      if (alone ? file.path != top : !file.path.starts_with(below)) continue;
      TreeFile taken = file;
      taken.path = file.path.substr(top.size());
      if (exclusion.covers(taken.path)) continue;
      const auto [link, is_first] =
          first.try_emplace(file.first_link.empty() ? file.path : file.first_link, taken.path);
      taken.first_link = is_first ? "" : link->second;
      if (taken.type == FileType::regular && is_first) {
        const root::Inode& content = *layers.find_file(file.path);
        wanted_[content.layer][content.entry] = files_.size();
      }
      files_.push_back(std::move(taken));
    }
  }

  std::unique_ptr<TreeLayers> layers_;
  std::map<std::size_t, std::map<std::uint64_t, std::size_t>> wanted_;  ///< by layer and entry, places in files_
};

std::unique_ptr<TreeSource> open_image(const RecipeTree& tree, const std::string& arch, const Environment& environment,
                                       Progress& progress) {
  image::ImageReadOptions how;
  how.arch = arch;
  const auto source = [&](image::Image image, const std::string& name) {
    image.bring_layers(progress);
    std::string digest = image.info().digest;
    return std::make_unique<LayeredSource>(std::make_unique<ImageLayers>(std::move(image)), "image " + name,
                                           std::move(digest), tree, progress);
  };
  if (!registry::is_reference(tree.source)) {
    const installed::NamedImage named = installed::named_image(tree.source, "");
    how.tag = named.tag;
    return source(image::Image(named.path, how), named.path.filename().string());
  }
  const registry::ImageReference reference = registry::parse_reference(tree.source);
  const registry::Settings settings{environment.cache_dir, environment.offline, environment.insecure_registries};
  const std::string name = std::string(registry::scheme) + reference.str();
  return source(image::Image(registry::open_store(reference, settings), name, how), name);
}

}  // namespace

std::unique_ptr<TreeSource> open_source(const RecipeTree& tree, const std::string& arch, const Environment& environment,
                                        Progress& progress) {
  switch (tree.kind) {
    case RecipeTree::Kind::directory: return std::make_unique<DirectorySource>(tree, progress);
    case RecipeTree::Kind::tar:
      return std::make_unique<LayeredSource>(std::make_unique<TarLayer>(tree.source),
                                             "tar " + fs::path(tree.source).filename().string(), "", tree, progress);
    case RecipeTree::Kind::image: break;
  }
  return open_image(tree, arch, environment, progress);
}

}  // namespace rootlet::make
