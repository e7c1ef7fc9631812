#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/recipe_file.hpp"

namespace rootlet {

/// An image of a workspace: a recipe for one release, architecture and variant.
struct WorkspaceImage {
  std::string name;              ///< its own: "web", "web-debug-43-aarch64"; also of its file and in the registry
  std::filesystem::path recipe;  ///< absolute
  recipe::Overrides overrides;   ///< with the output of the image that it is built on, where that is in the workspace
  std::string release;           ///< label; empty: the recipe's own
  bool is_base = false;          ///< it is there for others to be built on
  bool several_arches = false;   ///< it is an index of the recipe's architectures
  std::optional<std::size_t> base = std::nullopt;  ///< place of the image that it is built on
  std::size_t level = 0;                           ///< how many images are below it
  std::filesystem::path out;                       ///< an OCI layout
};

/// Recipes that are built together, and where their images go.
struct Workspace {
  std::filesystem::path path;
  std::filesystem::path output;        ///< folder of the images
  std::string registry;                ///< "docker://HOST/PATH", below which each image has its name; empty: none
  std::string tag;                     ///< of the images there
  bool shares_states = false;          ///< states are there, too: parts need no output in common
  std::filesystem::path history;       ///< folder of records; empty: none is kept
  std::vector<WorkspaceImage> images;  ///< by level, then by name
  [[nodiscard]] std::size_t levels() const noexcept { return images.empty() ? 0 : images.back().level + 1; }
};

}  // namespace rootlet

namespace rootlet::recipe {

/// Whether a file is a workspace: YAML with a key `recipes`. What cannot be read is none.
bool is_workspace(const std::filesystem::path& path);

/// Reads a workspace and all of its recipes. Recipes that name one of the others, by its file, as their `base` are
/// built on that one's image, and variants on their main image. A recipe that cannot be read is an image with the
/// file's name, whose recipe nobody can load. Errors (ErrorKind::usage): "all.yaml:3:5: …" for what is malformed and
/// for globs that fit no file; two images of one name; a circle of bases.
Workspace load_workspace(const std::filesystem::path& path);

/// Digests of what a recipe says, by key, of the keys that decide its image: a change can be named by them.
std::map<std::string, std::string> key_digests(const Recipe& recipe);

/// Where a key stands in a recipe's own file; line 0: it does not.
Mark mark_of_key(const std::filesystem::path& recipe, const std::string& key);

}  // namespace rootlet::recipe
