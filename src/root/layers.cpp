#include "root/layers.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/capabilities.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::root {
namespace {

constexpr std::size_t longest_path = 4096;  // PATH_MAX, the longest that a container could name

// A layer may hold far more of them than its own size tells. A file takes 1 kB of memory and thrice its path.
constexpr std::uint64_t most_files = 5'000'000;
constexpr std::uint64_t most_names = 1'000'000'000;  // bytes of paths and of links' targets

constexpr std::string_view whiteout = ".wh.";
constexpr std::string_view opaque = ".wh..wh..opq";
constexpr std::string_view aufs = ".wh..wh.";  // what AUFS kept for itself

using Kind = image::LayerEntry::Kind;

std::string shown(std::string_view path) { return "'" + printable(path.substr(0, longest_path)) + "'"; }

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (const std::string_view part = path.substr(0, slash); !part.empty() && part != ".") parts.push_back(part);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

/// The parts of an entry's path, ".." taken out: none leads above the root.
std::vector<std::string> clean_parts(std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(path)) {
    if (part != "..") {
      parts.emplace_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return parts;
}

/// The parts of a path, the last one first.
std::vector<std::string> reversed(std::string_view path) {
  const std::vector<std::string_view> parts = split(path);
  return {parts.rbegin(), parts.rend()};
}

FileType type_of(Kind kind) {
  switch (kind) {
    case Kind::symlink: return FileType::symlink;
    case Kind::char_device: return FileType::char_device;
    case Kind::block_device: return FileType::block_device;
    case Kind::directory: return FileType::directory;
    case Kind::fifo: return FileType::fifo;
    case Kind::regular:
    case Kind::hard_link: break;
  }
  return FileType::regular;
}

TreeFile facts_of(const image::LayerEntry& entry) {
  TreeFile facts;
  facts.type = type_of(entry.kind);
  facts.mode = facts.type == FileType::symlink ? 0777 : entry.mode;
  facts.uid = entry.uid;
  facts.gid = entry.gid;
  facts.size = entry.size;
  facts.mtime = entry.mtime;
  if (facts.type == FileType::symlink) facts.target = entry.target;
  if (facts.type == FileType::regular && !entry.capability.empty()) {
    const auto capabilities = capabilities_of_attribute(entry.capability);
    if (!capabilities) throw Error(shown(entry.path) + ": the attribute security.capability is malformed");
    facts.capabilities = *capabilities;
  }
  return facts;
}

/// One that no entry tells of.
std::shared_ptr<Inode> implied_directory() {
  auto inode = std::make_shared<Inode>();
  inode->facts.type = FileType::directory;
  inode->facts.mode = 0755;
  return inode;
}

}  // namespace

LayerTree::LayerTree() : root_(std::make_unique<Node>()) { root_->inode = implied_directory(); }

std::string LayerTree::path_of(const Node& node) {
  std::vector<std::string_view> names;
  for (const Node* at = &node; at->parent != nullptr; at = at->parent) names.push_back(at->name);
  std::string path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) path.append("/").append(*name);
  return path.empty() ? "/" : path;
}

std::string LayerTree::last_path() const { return path_of(*last_); }

LayerTree::Node& LayerTree::add_child(Node& directory, std::string_view name) {
  const std::size_t path_size = directory.path_size + 1 + name.size();
  if (path_size > longest_path) {
    throw Error(shown(path_of(directory)) + ": a path in it is longer than " + grouped(longest_path) + " bytes");
  }
  if (++files_ > most_files) throw Error("layers bring more than " + grouped(most_files) + " files");
  count_names(path_size);
  const auto [place, is_new] = directory.children.try_emplace(std::string(name), std::make_unique<Node>());
  Node& node = *place->second;
  node.parent = &directory;
  node.name = place->first;
  node.path_size = path_size;
  node.layer = layer_;
  return node;
}

void LayerTree::count_names(std::size_t bytes) {
  names_ += bytes;
  if (names_ > most_names) throw Error("the paths of all files have more than " + human_size(most_names));
}

void LayerTree::remove_child(Node& directory, std::string_view name) {
  directory.children.erase(directory.children.find(name));
  known_node_ = nullptr;
}

LayerTree::Node* LayerTree::find(std::vector<std::string> pending, bool follow_last) const {
  Node* at = root_.get();
  int links = 0;
  while (!pending.empty()) {
    const std::string part = std::move(pending.back());
    pending.pop_back();
    if (at->type() != FileType::directory) return nullptr;
    if (part == "..") {
      if (at->parent != nullptr) at = at->parent;
      continue;
    }
    const auto child = at->children.find(part);
    if (child == at->children.end()) return nullptr;
    if (child->second->type() != FileType::symlink || (pending.empty() && !follow_last)) {
      at = child->second.get();
      continue;
    }
    if (++links > most_links) return nullptr;
    const std::string& target = child->second->inode->facts.target;
    if (target.starts_with('/')) at = root_.get();
    const std::vector<std::string> more = reversed(target);
    pending.insert(pending.end(), more.begin(), more.end());
  }
  return at;
}

LayerTree::Node& LayerTree::make_directory(std::vector<std::string> pending) {
  Node* at = root_.get();
  int links = 0;
  while (!pending.empty()) {
    const std::string part = std::move(pending.back());
    pending.pop_back();
    if (part == "..") {
      if (at->parent != nullptr) at = at->parent;
      continue;
    }
    const auto child = at->children.find(part);
    if (child == at->children.end()) {
      Node& made = add_child(*at, part);
      made.inode = implied_directory();
      at = &made;
      continue;
    }
    if (child->second->type() != FileType::directory && child->second->layer != layer_) {
      at = &cover(*child->second);
      continue;
    }
    Node& next = *child->second;
    if (next.type() == FileType::symlink) {
      if (++links > most_links) throw Error(shown(path_of(next)) + ": links lead in a circle");
      if (next.inode->facts.target.starts_with('/')) at = root_.get();
      const std::vector<std::string> more = reversed(next.inode->facts.target);
      pending.insert(pending.end(), more.begin(), more.end());
      continue;
    }
    if (next.type() != FileType::directory) throw Error(shown(path_of(next)) + " is no directory, but has files in it");
    at = &next;
  }
  return *at;
}

/// Puts a directory of this layer in the place of what a lower one brought.
LayerTree::Node& LayerTree::cover(Node& lower) {
  const bool link = lower.type() == FileType::symlink;
  covered_.insert({layer_, path_of(lower), link ? lower.inode->facts.target : std::string()});
  lower.inode = implied_directory();
  lower.layer = layer_;
  known_node_ = nullptr;
  return lower;
}

/// Where a whiteout is put, lower layers' links on the way covered; nullptr: there is no such directory, and nothing to
/// remove.
LayerTree::Node* LayerTree::directory_of_whiteout(std::vector<std::string> pending) {
  Node* at = root_.get();
  for (; !pending.empty(); pending.pop_back()) {
    const auto child = at->children.find(pending.back());
    if (child == at->children.end()) return nullptr;
    Node& next = *child->second;
    if (next.type() == FileType::symlink && next.layer == layer_) {
      const std::vector<std::string> before = reversed(path_of(*at));
      pending.insert(pending.end(), before.begin(), before.end());
      return find(std::move(pending), true);
    }
    at = next.type() == FileType::directory || next.layer == layer_ ? &next : &cover(next);
    if (at->type() != FileType::directory) return nullptr;
  }
  return at;
}

void LayerTree::begin_layer() {
  std::erase_if(root_->children, [](const auto& child) { return child.first.starts_with(aufs); });
  known_node_ = nullptr;
  ++layer_;
  entry_ = 0;
}

/// Takes away what lower layers brought of a node and all below it. True where nothing is left.
bool LayerTree::prune(Node& node) {
  prune_children(node);
  if (node.layer == layer_) return false;
  if (node.children.empty()) return true;
  node.inode = implied_directory();  // the layer puts something into a directory that it does not tell of itself
  node.layer = layer_;
  return false;
}

void LayerTree::prune_children(Node& directory) {
  std::erase_if(directory.children, [this](const auto& child) { return prune(*child.second); });
}

void LayerTree::white_out(const std::vector<std::string>& parts, const std::string& path) {
  const std::string& name = parts.back();
  const std::string victim = name.substr(whiteout.size());
  if (victim.empty() || victim == "." || victim == "..") throw Error(shown(path) + " is no proper whiteout");
  Node* const directory = directory_of_whiteout({parts.rbegin() + 1, parts.rend()});
  known_node_ = nullptr;
  if (directory == nullptr) return;
  if (name == opaque) return prune_children(*directory);
  const auto child = directory->children.find(victim);
  if (child != directory->children.end() && prune(*child->second)) directory->children.erase(child);
}

std::shared_ptr<Inode> LayerTree::linked(const std::string& path, const std::string& target) const {
  std::vector<std::string> parts = clean_parts(target);
  std::reverse(parts.begin(), parts.end());
  const Node* const node = find(std::move(parts), false);
  if (node == nullptr) throw Error(shown(path) + " is a hard link to " + shown(target) + ", which is not there");
  if (node->type() == FileType::directory) {
    throw Error(shown(path) + " is a hard link to the directory " + shown(target));
  }
  return node->inode;
}

Inode* LayerTree::apply(const image::LayerEntry& entry) {
  ++entry_;
  last_ = nullptr;
  std::string_view path = entry.path;
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const std::string_view folder = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  Node* node = nullptr;
  if (known_node_ != nullptr && folder == known_directory_ && last != "." && last != ".." && !last.empty() &&
      !last.starts_with(whiteout)) {
    node = apply_to(*known_node_, std::string(last), entry);
  } else {
    const std::vector<std::string> parts = clean_parts(path);
    if (parts.empty()) {
      if (entry.kind != Kind::directory) throw Error("an entry would make the root something else than a directory");
      return nullptr;
    }
    const bool of_aufs = parts.front().starts_with(aufs) && parts.front() != opaque;
    if (parts.back().starts_with(whiteout) && !of_aufs) {
      white_out(parts, entry.path);
      return nullptr;
    }
    Node& directory = make_directory({parts.rbegin() + 1, parts.rend()});
    const bool as_written = last == parts.back();
    known_directory_ = folder;
    known_node_ = as_written ? &directory : nullptr;
    node = apply_to(directory, parts.back(), entry);
  }
  last_ = node;
  return entry.kind == Kind::regular ? node->inode.get() : nullptr;
}

LayerTree::Node* LayerTree::apply_to(Node& directory, const std::string& name, const image::LayerEntry& entry) {
  const auto present = directory.children.find(name);
  if (present != directory.children.end() &&
      (entry.kind != Kind::directory || present->second->type() != FileType::directory)) {
    // The directory itself stays, and with it the way that is known.
    Node* const known = present->second->type() == FileType::regular ? known_node_ : nullptr;
    remove_child(directory, name);
    known_node_ = known;
  }
  std::shared_ptr<Inode> inode;
  if (entry.kind == Kind::hard_link) {
    inode = linked(entry.path, entry.target);
  } else {
    if (entry.target.size() > longest_path) throw Error(shown(entry.path) + ": the target of the link is too long");
    inode = std::make_shared<Inode>();
    inode->facts = facts_of(entry);
    count_names(inode->facts.target.size());
    inode->layer = layer_ - 1;
    inode->entry = entry_ - 1;
  }
  Node& node = add_child(directory, name);
  node.layer = layer_;
  node.inode = std::move(inode);
  if (node.type() == FileType::symlink) known_node_ = nullptr;
  return &node;
}

Inode* LayerTree::find_file(std::string_view path) const {
  const Node* const node = find(reversed(path), true);
  return node != nullptr && node->type() == FileType::regular ? node->inode.get() : nullptr;
}

std::string LayerTree::link(std::string_view path) const {
  const Node* const node = find(reversed(path), false);
  return node != nullptr && node->type() == FileType::symlink ? node->inode->facts.target : std::string();
}

std::vector<std::string> LayerTree::names(std::string_view directory) const {
  std::vector<std::string> names;
  const Node* const node = find(reversed(directory), true);
  if (node == nullptr) return names;
  for (const auto& [name, ignored] : node->children) names.push_back(name);
  return names;
}

std::vector<std::pair<std::string, const Inode*>> LayerTree::inodes() const {
  std::vector<std::pair<std::string, const Inode*>> all;
  std::vector<const Node*> pending{root_.get()};
  while (!pending.empty()) {
    const Node* const node = pending.back();
    pending.pop_back();
    if (node != root_.get()) all.emplace_back(path_of(*node), node->inode.get());
    for (const auto& [name, child] : node->children) {
      if (node != root_.get() || !name.starts_with(aufs)) pending.push_back(child.get());
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return all;
}

std::vector<TreeFile> LayerTree::files() const {
  const auto all = inodes();
  std::unordered_map<const Inode*, const std::string*> first_names;
  std::vector<TreeFile> files;
  files.reserve(all.size());
  for (const auto& [path, inode] : all) {
    TreeFile file = inode->facts;
    const auto [first, is_new] = first_names.try_emplace(inode, &path);
    if (!is_new) file.first_link = *first->second;
    file.path = path;
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace rootlet::root
