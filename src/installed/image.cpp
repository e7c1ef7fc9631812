#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "image/excerpts.hpp"
#include "image/read.hpp"
#include "installed/tree.hpp"
#include "places.hpp"
#include "registry/store.hpp"
#include "root/layers.hpp"
#include "spool.hpp"

namespace rootlet::installed {
namespace {

using root::ContentReader;
using root::Inode;
using root::LayerTree;
using root::Spooler;

class ImagePlaces final : public Places {
 public:
  explicit ImagePlaces(const LayerTree& tree) : tree_(tree) {}
  [[nodiscard]] bool has_file(const std::string& path) const override { return tree_.find_file(path) != nullptr; }
  [[nodiscard]] std::vector<std::string> names(const std::string& directory) const override {
    return tree_.names(directory);
  }
  [[nodiscard]] std::string link(const std::string& path) const override { return tree_.link(path); }
  [[nodiscard]] bool same_file(const std::string& one, const std::string& other) const override {
    return tree_.find_file(one) == tree_.find_file(other);
  }

 private:
  const LayerTree& tree_;
};

/// The databases as the layers so far have them, as far as they were read on the way.
void keep_databases(const LayerTree& layers, Spooler& spooler, Spool& spool) {
  Tree base;
  for (const Wish& wish : wishes(ImagePlaces(layers))) {
    const Inode* const file = layers.find_file(wish.path);
    if (wish.use == root::Use::database && file->kept) put(wish, *file->kept, spooler, base);
  }
  spool = std::move(base.spool);
}

image::Excerpts excerpts_for(const ReadOptions& options) {
  return image::Excerpts(options.depth == Depth::database ? options.excerpts : fs::path());
}

/// Applies all layers, and keeps on the way what is likely to be asked for. `reached`: called with the number of layers
/// that are applied.
void read_layers(image::Image& image, LayerTree& tree, ContentReader& reader, const ReadOptions& options,
                 const std::function<void(std::size_t)>& reached, Progress& progress) {
  const bool copies = options.depth == Depth::copies;
  const image::Excerpts excerpts = excerpts_for(options);
  for (std::size_t layer = 0; layer < image.info().layers.size(); ++layer) {
    reached(layer);
    tree.begin_layer();
    const auto visit = [&](const image::LayerEntry& entry, image::Content& content) {
      Inode* const file = tree.apply(entry);
      if (file == nullptr) return;
      const std::string path = tree.last_path();
      const auto use = use_of(path);
      file->kept = reader.read(content, !use && copies ? root::Use::copy : use, path, file->facts);
    };
    excerpts.read_layer(image, layer, "likely", visit, progress);
  }
}

/// The beginning of what was kept of a file.
std::string beginning_of(const Inode* file, std::size_t most) {
  if (file == nullptr || !file->kept) return {};
  if (file->kept->file().empty()) return file->kept->bytes().substr(0, most);
  const Fd fd(open(file->kept->file().c_str(), O_RDONLY | O_CLOEXEC));
  std::string bytes(fd ? most : 0, '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t count = ::read(fd.get(), bytes.data() + got, bytes.size() - got);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

/// Files that are asked for under a name that they did not come under: links lead to them. By layer and entry.
using Missing = std::map<std::size_t, std::map<std::uint64_t, std::pair<Inode*, const Wish*>>>;

void read_missing(image::Image& image, const Missing& missing, const ReadOptions& options, Spooler& spooler,
                  Progress& progress) {
  ContentReader reader(root::Contents::none, spooler);
  const image::Excerpts excerpts = excerpts_for(options);
  for (const auto& [layer, files] : missing) {
    std::string purpose = "entries";
    for (const auto& [entry, wanted] : files) purpose += " " + std::to_string(entry);
    std::uint64_t number = 0;
    const auto visit = [&, &wanted = files](const image::LayerEntry&, image::Content& content) {
      const auto found = wanted.find(number++);
      if (found == wanted.end()) return;
      const auto& [file, wish] = found->second;
      file->kept = reader.read(content, wish->use, wish->path, file->facts);
    };
    excerpts.read_layer(image, layer, purpose, visit, progress);
  }
}

image::ImageReadOptions options_for(const ReadOptions& options) {
  return {options.arch, options.tag, options.unpacked_limit};
}

Tree read(image::Image image, const ReadOptions& options, Progress& progress) {
  Spooler spooler;
  ContentReader reader(contents_of(options.depth), spooler);
  const auto shared = std::make_shared<LayerTree>();
  LayerTree& layers = *shared;
  Tree tree;
  Spooler base;
  const std::size_t below = image.info().base_layers;
  const auto reached = [&](std::size_t count) {
    if (count > 0 && count == below) keep_databases(layers, base, tree.base);
  };
  read_layers(image, layers, reader, options, reached, progress);
  const ImagePlaces places(layers);
  tree.links = merged_links(places);
  const std::vector<Wish> all = wishes(places);
  Missing missing;
  for (const Wish& wish : all) {
    Inode* const file = layers.find_file(wish.path);
    if (!file->kept) missing[file->layer][file->entry] = {file, &wish};
  }
  read_missing(image, missing, options, spooler, progress);
  for (const Wish& wish : all) put(wish, *layers.find_file(wish.path)->kept, spooler, tree);

  if (options.depth != Depth::database) tree.files.files = layers.files();
  tree.files.covered = layers.covered();
  tree.files.contents_read = contents_of(options.depth) == root::Contents::all;
  tree.spool.directory = spooler.release();
  if (!tree.base.databases.empty()) tree.base.directory = base.release();
  if (options.depth == Depth::copies) {
    tree.content = [shared](const TreeFile& file, std::size_t most) {
      return beginning_of(shared->find_file(file.path), most);
    };
  }
  tree.image = image.info();
  return tree;
}

}  // namespace

Tree read_image(const std::filesystem::path& path, const ReadOptions& options, Progress& progress) {
  return read(image::Image(path, options_for(options)), options, progress);
}

Tree read_image(const registry::ImageReference& reference, const registry::Settings& settings,
                const ReadOptions& options, Progress& progress) {
  image::Image image(registry::open_store(reference, settings), std::string(registry::scheme) + reference.str(),
                     options_for(options));
  image.bring_layers(progress);
  return read(std::move(image), options, progress);
}

}  // namespace rootlet::installed
