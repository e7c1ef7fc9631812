#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/read.hpp"
#include "root/contents.hpp"
#include "rootlet/files.hpp"

namespace rootlet::root {

/// A file, whatever its names are.
struct Inode {
  TreeFile facts;  ///< without path and first_link
  std::size_t layer = 0;
  std::uint64_t entry = 0;                  ///< of the layer: where the content is
  std::optional<Kept> kept = std::nullopt;  ///< of the content
};

/// A root as layers make it, one on top of the other (image-spec 1.1, layer.md). Paths are resolved as those do who
/// unpack each layer by itself and mount them by overlay: ".." in an entry's own path is taken out first, links of the
/// same layer in its directories lead where they would if the root were "/", and its last part is never followed. A
/// lower layer's link, or file, on the way becomes a directory: Covered tells. Whiteouts remove what lower layers
/// brought, wherever in their layer they come. Directories that no entry tells of belong to root and have mode 0755.
class LayerTree {
 public:
  LayerTree();
  LayerTree(const LayerTree&) = delete;
  LayerTree& operator=(const LayerTree&) = delete;

  void begin_layer();

  /// Applies the layer's next entry. Returns the regular file that its content belongs to; nullptr for all others.
  /// Errors name the path: a way that leads through a file of the same layer or in a circle, a path of more than 4096
  /// bytes, a hard link to what is not there, an improper whiteout, a root that is no directory. More than 5 million
  /// files are an error, and so are paths of 1 GB in all.
  Inode* apply(const image::LayerEntry& entry);
  /// Where the last entry was put: "/usr/bin/bash".
  [[nodiscard]] std::string last_path() const;

  /// The regular file that a path leads to, links followed; nullptr: there is none.
  [[nodiscard]] Inode* find_file(std::string_view path) const;
  /// Where the link at a path leads, as written; empty where it is none.
  [[nodiscard]] std::string link(std::string_view path) const;
  /// The names in a directory, sorted; none where it is no directory.
  [[nodiscard]] std::vector<std::string> names(std::string_view directory) const;

  /// Entries that later ones have covered so far.
  [[nodiscard]] std::vector<Covered> covered() const { return {covered_.begin(), covered_.end()}; }

  /// All files, sorted by path.
  [[nodiscard]] std::vector<TreeFile> files() const;
  /// The same with what each name is of: hard links have one inode.
  [[nodiscard]] std::vector<std::pair<std::string, const Inode*>> inodes() const;

 private:
  struct Node {
    Node* parent = nullptr;  ///< nullptr: the root
    std::string_view name;
    std::size_t path_size = 0;
    std::size_t layer = 0;  ///< that put it here, or changed it, last
    std::shared_ptr<Inode> inode;
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    [[nodiscard]] FileType type() const { return inode->facts.type; }
  };

  [[nodiscard]] static std::string path_of(const Node& node);
  Node& add_child(Node& directory, std::string_view name);
  void count_names(std::size_t bytes);
  void remove_child(Node& directory, std::string_view name);
  [[nodiscard]] Node* find(std::vector<std::string> reversed_parts, bool follow_last) const;
  Node& make_directory(std::vector<std::string> reversed_parts);
  Node& cover(Node& lower);
  Node* directory_of_whiteout(std::vector<std::string> reversed_parts);
  bool prune(Node& node);
  void prune_children(Node& directory);
  void white_out(const std::vector<std::string>& parts, const std::string& path);
  Node* apply_to(Node& directory, const std::string& name, const image::LayerEntry& entry);
  [[nodiscard]] std::shared_ptr<Inode> linked(const std::string& path, const std::string& target) const;

  std::unique_ptr<Node> root_;
  std::size_t layer_ = 0;
  std::uint64_t entry_ = 0;
  std::uint64_t files_ = 0;  ///< that were put somewhere
  std::uint64_t names_ = 0;  ///< bytes of their paths
  const Node* last_ = nullptr;
  std::set<Covered> covered_;
  std::string known_directory_;  ///< as an entry wrote it, and the node it leads to, until links change
  Node* known_node_ = nullptr;
};

}  // namespace rootlet::root
