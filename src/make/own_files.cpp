#include "own_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/capabilities.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {
namespace {

const char* kind_of(const RecipeTree& tree) {
  switch (tree.kind) {
    case RecipeTree::Kind::directory: return "tree";
    case RecipeTree::Kind::tar: return "tar";
    case RecipeTree::Kind::image: return "image";
  }
  return "";
}

/// "recipe.yaml:3:5: tree 'dist'".
std::string place_of(const RecipeFile& entry) {
  return entry.mark.str() + ": " + kind_of(*entry.tree) + " '" + entry.tree->source + "'";
}

/// Directories can be entered by whoever can read them.
std::uint32_t directory_mode(std::uint32_t mode) { return (mode & 0777U) | (mode & 0444U) >> 2U; }

std::uint32_t mode_of(const TreeFile& file, const RecipeTree& tree) {
  const bool directory = file.type == FileType::directory;
  if (tree.mode) return directory ? directory_mode(*tree.mode) : *tree.mode;
  if (tree.kind != RecipeTree::Kind::directory) return file.mode;
  // Of a directory's files, what is beyond that comes from who made them: a umask, a group.
  return directory || (file.mode & 0100U) != 0 ? 0755 : 0644;
}

/// Files as they will be in the root.
std::vector<TreeFile> placed(const std::vector<TreeFile>& files, const RecipeFile& entry) {
  const std::string top = entry.path == "/" ? "" : entry.path;
  std::vector<TreeFile> list = files;
  for (TreeFile& file : list) {
    file.path = file.path.empty() ? entry.path : top + file.path;
    if (!file.first_link.empty()) file.first_link = top + file.first_link;
    if (file.type != FileType::symlink) file.mode = mode_of(file, *entry.tree);
    if (entry.tree->keep_owners) continue;
    file.uid = entry.uid;
    file.gid = entry.gid;
  }
  if (list.front().path == "/" && list.front().type != FileType::directory) {
    throw Error("a file alone cannot take the place of the root directory");
  }
  return list;
}

std::string digest_of(const std::vector<TreeFile>& files) {
  nlohmann::json all = nlohmann::json::array();
  for (const TreeFile& file : files) {
    all.push_back({file.path, static_cast<int>(file.type), file.mode, file.uid, file.gid, file.sha256, file.target,
                   file.first_link, file.capabilities});
  }
  return rootlet::digest_of(cbor_of(all));  // names need not be UTF-8
}

/// Notes in an entry what came of looking into its tree.
void note(RecipeTree& entry, const std::vector<TreeFile>& files) {
  entry.digest = digest_of(files);
  entry.files = entry.size = 0;
  for (const TreeFile& file : files) {
    if (file.type != FileType::regular) continue;
    ++entry.files;
    if (file.first_link.empty()) entry.size += file.size;
  }
}

/// A recipe's digest with those of its trees.
std::string with_trees(const Recipe& recipe) {
  std::string all = recipe.digest;
  for (const RecipeFile& file : recipe.files) {
    if (file.tree) all += "\n" + file.tree->digest;
  }
  return rootlet::digest_of(all);
}

bool has_unknown_tree(const Recipe& recipe) {
  return std::any_of(recipe.files.begin(), recipe.files.end(),
                     [](const RecipeFile& file) { return file.tree && file.tree->digest.empty(); });
}

bool has_requirements(const Recipe& recipe) {
  return std::any_of(recipe.files.begin(), recipe.files.end(),
                     [](const RecipeFile& file) { return !file.tree && file.requirements; });
}

void add_directory(const root::Root& root, const TreeFile& file) {
  if (root.find(file.path, O_PATH | O_DIRECTORY)) return;
  root.directory(file.path, {file.mode, file.uid, file.gid});
}

/// Writes content that must be what was looked into.
void write_content(const root::Root& root, const TreeFile& file, image::Content& content) {
  const auto fill = [&](int fd) {
    Digest digest;
    for (std::string_view piece = content.next(); !piece.empty(); piece = content.next()) {
      digest.update(piece);
      write_all(fd, piece, file.path);
    }
    if (digest.finish() != file.sha256) {
      throw Error("'" + printable(file.path) + "' is no longer what it was when the build began");
    }
  };
  root.write(file.path, fill, {file.mode, file.uid, file.gid});
  if (file.capabilities.empty()) return;
  set_capabilities(root.open(file.path, O_RDONLY | O_NOFOLLOW).get(), file.capabilities, root::in_root(file.path));
}

void add_tree(const root::Root& root, const OwnTree& tree, Progress& progress) {
  for (const TreeFile& file : tree.files) {
    if (file.type == FileType::directory) add_directory(root, file);
  }
  const auto write = [&](std::size_t place, image::Content& content) {
    write_content(root, tree.files.at(place), content);
  };
  tree.source->read(write, progress);
  for (const TreeFile& file : tree.files) {
    if (!file.first_link.empty()) {
      root.hard_link(file.path, file.first_link);
    } else if (file.type == FileType::symlink) {
      root.symlink(file.path, file.target, {0777, file.uid, file.gid});
    }
  }
}

}  // namespace

OwnFiles open_own_files(Recipe& recipe, const Environment& environment, Progress& progress) {
  const bool fresh = has_unknown_tree(recipe);
  OwnFiles own;
  for (std::size_t i = 0; i < recipe.files.size(); ++i) {
    RecipeFile& entry = recipe.files[i];
    if (!entry.tree) continue;
    try {
      OwnTree tree{i, {}, open_source(*entry.tree, recipe.selection.arch, environment, progress)};
      tree.files = placed(tree.source->files(), entry);
      note(*entry.tree, tree.files);
      own.trees.push_back(std::move(tree));
    } catch (const Error& error) {
      throw error.within(place_of(entry));
    }
  }
  if (fresh) recipe.digest = with_trees(recipe);
  recipe.selection.file_requirements = requirements_of(recipe, own.trees, progress);
  return own;
}

void look_into_files(Recipe& recipe, const Environment& environment, Progress& progress) {
  const bool unknown = recipe.selection.file_requirements.empty() && has_requirements(recipe);
  if (unknown || has_unknown_tree(recipe)) open_own_files(recipe, environment, progress);
}

std::vector<OtherFiles> sizes_of_files(const Recipe& recipe) {
  std::vector<OtherFiles> all;
  for (const RecipeFile& file : recipe.files) {
    if (file.tree) {
      const std::string name = fs::path(file.tree->source).filename().string();
      const bool image = file.tree->kind == RecipeTree::Kind::image;
      all.push_back({fmt::format("{} {}", kind_of(*file.tree), image || name.empty() ? file.tree->source : name),
                     file.tree->files, file.tree->size});
    } else if (file.content) {
      all.push_back({file.path, 1, file.content->size()});
    } else if (file.source) {
      std::error_code missing;  // which the build tells of
      const std::uintmax_t size = fs::file_size(*file.source, missing);
      all.push_back({file.path, 1, missing ? 0 : size});
    }
  }
  return all;
}

void add_own_files(const root::Root& root, const Recipe& recipe, const OwnFiles& own, Progress& progress) {
  auto tree = own.trees.begin();
  for (const RecipeFile& entry : recipe.files) {
    if (!entry.tree) {
      rootfs::add_files(root, {entry});
      continue;
    }
    try {
      add_tree(root, *tree++, progress);
    } catch (const Error& error) {
      throw error.within(place_of(entry));
    }
  }
}

std::map<std::string, std::string> origins_of(const OwnFiles& own) {
  std::map<std::string, std::string> origins;
  for (const OwnTree& tree : own.trees) {
    const std::string& digest = tree.source->image_digest();
    const std::string origin =
        "files of the recipe: " + tree.source->name() + (digest.empty() ? "" : " (" + digest + ")");
    for (const TreeFile& file : tree.files) {
      if (file.type == FileType::regular) origins[file.path] = origin;
    }
  }
  return origins;
}

}  // namespace rootlet::make
