#include "input.hpp"
#include "root/layers.hpp"

namespace {

using namespace rootlet;
using Kind = image::LayerEntry::Kind;

/// "d path", "f path", "l path\ttarget", "h path\ttarget".
image::LayerEntry entry_of(std::string_view line) {
  image::LayerEntry entry;
  if (line.empty()) return entry;
  entry.kind = line[0] == 'd'   ? Kind::directory
               : line[0] == 'l' ? Kind::symlink
               : line[0] == 'h' ? Kind::hard_link
                                : Kind::regular;
  line.remove_prefix(std::min<std::size_t>(line.size(), 2));
  const std::size_t tab = line.find('\t');
  entry.path = line.substr(0, tab);
  if (tab != std::string_view::npos) entry.target = line.substr(tab + 1);
  return entry;
}

/// Each file is in a directory that is there, and each hard link in order.
void check(const FileTree& tree) {
  for (const TreeFile& file : tree.files) {
    if (tree.find(file.path) != &file || file.path.size() > 4096) std::abort();
    const std::string parent = file.path.substr(0, file.path.rfind('/'));
    const TreeFile* const directory = tree.find(parent);
    if (!parent.empty() && (directory == nullptr || directory->type != FileType::directory)) std::abort();
    if (file.path.find("/../") != std::string::npos || file.path.ends_with("/..")) std::abort();
    if (tree.real_path(file.path) != file.path) std::abort();
    if (file.first_link.empty()) continue;
    const TreeFile* const first = tree.find(file.first_link);
    if (first == nullptr || !first->first_link.empty() || first->path >= file.path) std::abort();
  }
}

}  // namespace

/// Entries of layers, a line each; an empty line begins the next layer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  root::LayerTree tree;
  tree.begin_layer();
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) tree.begin_layer();
    fuzz::tolerate_errors([&] {
      tree.apply(entry_of(line));
      (void)tree.find_file(line);
    });
  }
  FileTree files;
  files.files = tree.files();
  check(files);
  return 0;
}
