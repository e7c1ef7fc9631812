#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

namespace fs = std::filesystem;

constexpr const char* kinds = "content, source, target, directory: true, tree, tar, image";

std::uint32_t read_mode(const Value& value) {
  if (value.type == Value::Type::text && value.plain) {
    fail(value.mark, "mode: the value must be quoted",
         "write mode: \"0644\"; without quotes YAML makes a number of it");
  }
  const std::string text = read_text(value, "mode");
  if (!matches(text, "0?[0-7]{3,4}")) {
    fail(value.mark, "mode: '" + text + "' is not an octal mode", "write for instance \"0644\"");
  }
  return static_cast<std::uint32_t>(std::stoul(text, nullptr, 8));
}

/// A path beside the recipe, of a file or of a directory.
fs::path read_place(const Value& value, const char* key, fs::file_type type, const Context& context) {
  const std::string text = read_text(value, key);
  fs::path path = resolve_path(text, value.mark, context);
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const std::string named = std::string(key) + ": '" + text + "' ";
  if (!fs::exists(status)) fail(value.mark, named + "does not exist");
  if (type == fs::file_type::regular && !fs::is_regular_file(status)) fail(value.mark, named + "is not a regular file");
  if (type == fs::file_type::directory && !fs::is_directory(status)) fail(value.mark, named + "is not a directory");
  return path;
}

RecipeTree read_tree(const Value& value, const Context& context) {
  RecipeTree tree;
  tree.source = read_place(value, "tree", fs::file_type::directory, context);
  return tree;
}

RecipeTree read_tar(const Value& value, const Context& context) {
  RecipeTree tree;
  tree.kind = RecipeTree::Kind::tar;
  tree.source = read_place(value, "tar", fs::file_type::regular, context);
  return tree;
}

RecipeTree read_image_tree(const Value& value, const Context& context) {
  RecipeTree tree;
  tree.kind = RecipeTree::Kind::image;
  tree.source = read_image_name(value, "image", context);
  return tree;
}

void read_kind(RecipeFile& file, const MapReader& map, const Context& context) {
  int found = 0;
  const auto find = [&](const char* key) {
    const Value* value = map.find(key);
    if (value != nullptr) ++found;
    return value;
  };
  if (const Value* v = find("content")) file.content = read_text(*v, "content");
  if (const Value* v = find("source")) file.source = read_place(*v, "source", fs::file_type::regular, context);
  if (const Value* v = find("target")) {
    file.target = read_text(*v, "target");
    if (file.target->empty()) fail(v->mark, "target: a symbolic link needs a target");
  }
  if (const Value* v = find("directory")) {
    file.directory = read_bool(*v, "directory");
    if (!file.directory) fail(v->mark, "directory: the only value is true");
    file.mode = 0755;
  }
  if (const Value* v = find("tree")) file.tree = read_tree(*v, context);
  if (const Value* v = find("tar")) file.tree = read_tar(*v, context);
  if (const Value* v = find("image")) file.tree = read_image_tree(*v, context);
  if (found == 1) return;
  fail(map.mark(), "file '" + file.path + "' has " + (found == 0 ? "no content" : "several kinds of content"),
       std::string("give it exactly one of ") + kinds);
}

std::vector<std::string> read_globs(const Value& value) {
  std::vector<std::string> globs;
  for (RecipeItem& item : read_one_or_more(value, "exclude")) {
    if (item.text.find_first_not_of('/') == std::string::npos) fail(item.mark, "exclude: the pattern is empty");
    if (item.text.starts_with('!')) {
      fail(item.mark, "exclude: '" + item.text + "' begins with '!', and nothing takes an exclusion back");
    }
    globs.push_back(std::move(item.text));
  }
  return globs;
}

/// Keys that only trees, tars and images have.
void read_tree_keys(RecipeFile& file, const MapReader& map) {
  for (const char* key : {"subpath", "exclude", "keep_owners"}) {
    const Value* value = map.find(key);
    if (value != nullptr && !file.tree) {
      fail(value->mark, std::string(key) + ": file '" + file.path + "' is one file", "it is for tree, tar and image");
    }
  }
  if (!file.tree) return;
  RecipeTree& tree = *file.tree;
  const bool directory = tree.kind == RecipeTree::Kind::directory;
  if (const Value* v = map.find("subpath")) {
    if (directory) fail(v->mark, "subpath: it is for tar and image; give tree the directory itself");
    tree.subpath = read_absolute_path(*v, "subpath");
  } else if (tree.kind == RecipeTree::Kind::image) {
    fail(map.mark(), "file '" + file.path + "' does not say what it takes of the image",
         "add subpath: /usr/bin/app, say; subpath: / is all of it");
  }
  if (const Value* v = map.find("exclude")) tree.exclude = read_globs(*v);
  if (const Value* v = map.find("keep_owners")) {
    tree.keep_owners = read_bool(*v, "keep_owners");
    if (tree.keep_owners && directory) {
      fail(v->mark, "keep_owners: the files of a directory belong to whoever made them", "give uid and gid instead");
    }
    for (const char* key : {"uid", "gid"}) {
      const Value* other = map.find(key);
      if (tree.keep_owners && other != nullptr)
        fail(other->mark, std::string(key) + ": keep_owners: true rules it out");
    }
  }
}

void read_access_keys(RecipeFile& file, const MapReader& map) {
  if (const Value* v = map.find("mode")) {
    if (file.target) fail(v->mark, "mode: a symbolic link has no mode");
    file.mode = read_mode(*v);
    if (file.tree) file.tree->mode = file.mode;
  }
  if (const Value* v = map.find("uid")) file.uid = read_number(*v, "uid", max_id);
  if (const Value* v = map.find("gid")) file.gid = read_number(*v, "gid", max_id);
}

RecipeFile read_file_entry(const Value& value, const Context& context) {
  const MapReader map(value, "files",
                      {"path", "content", "source", "target", "directory", "tree", "tar", "image", "subpath", "exclude",
                       "keep_owners", "requirements", "mode", "uid", "gid"});
  RecipeFile file;
  file.mark = value.mark;
  const Value& path = map.require("path");
  file.path = read_absolute_path(path, "path");
  read_kind(file, map, context);
  if (file.path == "/" && !file.tree) fail(path.mark, "path: the root directory itself cannot be written");
  read_tree_keys(file, map);
  read_access_keys(file, map);
  file.requirements = file.tree.has_value();
  if (const Value* v = map.find("requirements")) {
    if (file.target || file.directory) {
      fail(v->mark, "requirements: neither a symbolic link nor a directory requires anything");
    }
    file.requirements = read_bool(*v, "requirements");
  }
  return file;
}

/// Several trees can go to one place.
bool can_share_a_path(const RecipeFile& one, const RecipeFile& other) {
  if (!one.tree || !other.tree) return false;
  return one.tree->source != other.tree->source || one.tree->subpath != other.tree->subpath;
}

}  // namespace

std::vector<RecipeFile> read_files(const Value& value, const Context& context) {
  std::vector<RecipeFile> files;
  for (const Value& entry : read_list(value, "files", "files")) {
    RecipeFile file = read_file_entry(entry, context);
    const auto clashes = [&](const RecipeFile& other) {
      return other.path == file.path && !can_share_a_path(other, file);
    };
    const auto known = std::find_if(files.begin(), files.end(), clashes);
    if (known != files.end()) {
      fail(entry.mark, "file '" + known->path + "' is listed twice, first at " + known->mark.str());
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace rootlet::recipe
