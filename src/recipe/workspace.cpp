#include "rootlet/workspace.hpp"

#include <glob.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "reader.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {
namespace {

constexpr const char* of_what = "workspace";
constexpr std::size_t most_workspace_images = 100'000;
constexpr std::size_t longest_shared_tag = 120;  ///< its state's tag is longer, and may have 128 characters

struct GlobHandle {
  glob_t found{};
  GlobHandle() = default;
  GlobHandle(const GlobHandle&) = delete;
  GlobHandle& operator=(const GlobHandle&) = delete;
  ~GlobHandle() { globfree(&found); }
};

/// Files that globs fit, sorted, each once.
std::vector<fs::path> files_of(const std::vector<RecipeItem>& globs, const fs::path& directory) {
  std::set<fs::path> files;
  for (const RecipeItem& one : globs) {
    const fs::path pattern = directory / one.text;
    GlobHandle handle;
    const int failed = glob(pattern.c_str(), 0, nullptr, &handle.found);
    if (failed == GLOB_NOMATCH) fail(one.mark, "no file fits '" + one.text + "'");
    if (failed != 0) fail(one.mark, "cannot look for '" + one.text + "'");
    for (std::size_t i = 0; i < handle.found.gl_pathc; ++i) {
      files.insert(fs::path(handle.found.gl_pathv[i]).lexically_normal());
    }
  }
  return {files.begin(), files.end()};
}

/// Releases, architectures and variants that each recipe is built for; an empty text is the recipe's own.
struct Matrix {
  std::vector<std::pair<std::string, fs::path>> releases;  ///< label, and a file with its repositories or none
  std::vector<std::string> arches;
  bool variants = false;
};

std::vector<std::pair<std::string, fs::path>> read_releases(const Value& value, const fs::path& directory) {
  std::vector<std::pair<std::string, fs::path>> releases;
  for (const RecipeItem& item : read_items(value, "releases")) {
    const auto equals = item.text.find('=');
    const std::string label = item.text.substr(0, equals);
    if (!matches(label, "[A-Za-z0-9][A-Za-z0-9._-]*", 64)) {
      fail(item.mark, "releases: '" + label + "' is no name of a release",
           "write its releasever, or NAME=FILE with a file of its repositories");
    }
    const bool has_file = equals != std::string::npos;
    releases.emplace_back(label, has_file ? (directory / item.text.substr(equals + 1)).lexically_normal() : fs::path());
  }
  return releases;
}

Matrix read_matrix(const MapReader& map, const fs::path& directory) {
  Matrix matrix;
  if (const Value* releases = map.find("releases")) matrix.releases = read_releases(*releases, directory);
  if (const Value* arches = map.find("arches")) {
    matrix.arches = read_texts(*arches, "arches");
    for (const std::string& arch : matrix.arches) {
      if (const auto refused = refused_arch(arch)) fail(arches->mark, "arches: " + refused->message, refused->hint);
    }
  }
  if (const Value* variants = map.find("variants")) matrix.variants = read_bool(*variants, "variants");
  if (matrix.releases.empty()) matrix.releases.emplace_back();
  if (matrix.arches.empty()) matrix.arches.emplace_back();
  return matrix;
}

/// An image while the workspace is read: how its base is named.
struct Planned {
  WorkspaceImage image;
  std::string base;  ///< a recipe's path or an image's name; of a variant, the main image's name
  std::string main;  ///< of a variant: name of the main image
};

std::string suffixed(std::string name, const std::string& more) { return more.empty() ? name : name + "-" + more; }

/// Nothing: it cannot be read, which whoever is about to build it tells. The others go on.
std::optional<Recipe> readable(const fs::path& path, const Overrides& overrides) {
  try {
    return load(path, overrides);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// The main image of a recipe for one point of the matrix, and its variants.
void add_recipe(const fs::path& path, bool is_base, const std::pair<std::string, fs::path>& release,
                const std::string& arch, const Matrix& matrix, std::vector<Planned>& all) {
  Overrides overrides;
  overrides.arch = arch;
  overrides.repos_from = release.second;
  if (release.second.empty()) overrides.releasever = release.first;
  const std::optional<Recipe> recipe = readable(path, overrides);
  const std::string own_name = recipe ? recipe->name : path.filename().string();
  const std::string end = release.first.empty() ? arch : suffixed(release.first, arch);
  Planned main;
  main.image.name = suffixed(own_name, end);
  main.image.recipe = path;
  main.image.overrides = overrides;
  main.image.release = release.first;
  main.image.is_base = is_base;
  main.image.several_arches = recipe && !recipe->arches.empty() && arch.empty();
  if (recipe) main.base = recipe->base;
  all.push_back(main);
  if (!recipe || !matrix.variants) return;
  for (const std::string& variant : variant_names(load_tree(path.string()))) {
    Planned one = main;
    one.image.name = suffixed(own_name + "-" + variant, end);
    one.image.overrides.variant = variant;
    one.image.is_base = false;
    one.base.clear();
    one.main = main.image.name;
    all.push_back(std::move(one));
  }
  if (all.size() > most_workspace_images) {
    throw usage_error("the workspace has more than " + grouped(most_workspace_images) + " images");
  }
}

/// The places of the images by what others may call them.
std::map<std::string, std::size_t> by_name(const std::vector<Planned>& all) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const WorkspaceImage& one = all[i].image;
    const auto [known, fresh] = places.emplace(one.name, i);
    if (!fresh) {
      throw usage_error("'" + all[known->second].image.recipe.string() + "' and '" + one.recipe.string() +
                            "' are both for the image '" + one.name + "'",
                        "give one of them another name:");
    }
  }
  return places;
}

/// Finds the images that others are built on: by name, or by recipe at the same point of the matrix.
void find_bases(std::vector<Planned>& all) {
  const auto places = by_name(all);
  std::map<std::vector<std::string>, std::size_t> recipes;
  const auto point = [](const std::string& recipe, const WorkspaceImage& image) {
    return std::vector<std::string>{recipe, image.release, image.overrides.arch};
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].main.empty()) recipes.emplace(point(all[i].image.recipe.string(), all[i].image), i);
  }
  for (Planned& one : all) {
    if (!one.main.empty()) {
      one.image.base = places.at(one.main);
    } else if (const auto found = recipes.find(point(one.base, one.image)); found != recipes.end()) {
      one.image.base = found->second;
    }
    if (one.image.base) one.image.overrides.on = all[*one.image.base].image.out.string();
  }
}

void set_levels(std::vector<Planned>& all) {
  for (Planned& one : all) {
    std::size_t level = 0;
    for (auto base = one.image.base; base; base = all[*base].image.base) {
      if (++level > all.size())
        throw usage_error(one.image.recipe.string() + ": recipes are built on each other in a circle");
    }
    one.image.level = level;
  }
}

/// By level, then by name.
std::vector<WorkspaceImage> sorted(std::vector<Planned> all) {
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const WorkspaceImage& one = all[a].image;
    const WorkspaceImage& other = all[b].image;
    return one.level != other.level ? one.level < other.level : one.name < other.name;
  });
  std::vector<std::size_t> place(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  std::vector<WorkspaceImage> images;
  for (const std::size_t from : order) {
    WorkspaceImage& image = images.emplace_back(std::move(all[from].image));
    if (image.base) image.base = place[*image.base];
  }
  return images;
}

std::string read_registry(const Value& value) {
  std::string registry = read_text(value, "registry");
  while (registry.ends_with('/')) registry.pop_back();
  if (!registry.starts_with("docker://")) {
    fail(value.mark, "registry: it does not begin with docker://", "write docker://HOST/PATH");
  }
  if (registry.find('@') != std::string::npos) {  // it is not printed
    fail(value.mark, "registry: it names a user or a digest",
         "write docker://HOST/PATH; credentials are looked for where podman keeps them (docs/registries.md)");
  }
  return registry;
}

/// Where images go besides the output, and what of them.
void read_places(const MapReader& map, Workspace& workspace) {
  if (const Value* registry = map.find("registry")) workspace.registry = read_registry(*registry);
  workspace.tag = "latest";
  const Value* tag = map.find("tag");
  if (tag != nullptr) {
    workspace.tag = read_text(*tag, "tag");
    if (!matches(workspace.tag, "[A-Za-z0-9_][A-Za-z0-9._-]*", 128))
      fail(tag->mark, "tag: '" + workspace.tag + "' is none");
  }
  const Value* share = map.find("share");
  if (share == nullptr) return;
  workspace.shares_states = read_one_of(*share, "share", {"output", "registry"}) == "registry";
  if (!workspace.shares_states) return;
  if (workspace.registry.empty()) {
    fail(share->mark, "share: there is no registry to share states in", "write registry: docker://HOST/PATH, too");
  }
  if (workspace.tag.size() > longest_shared_tag) {
    fail(tag->mark, "tag: states beside the images have longer tags: more than 120 characters are too many");
  }
}

Value workspace_tree(const fs::path& path) {
  Budget budget{of_what};
  return parse_yaml(read_limited(path.string(), of_what), path.string(), budget);
}

}  // namespace

bool is_workspace(const fs::path& path) {
  std::error_code none;
  const std::string suffix = path.extension().string();
  if ((suffix != ".yaml" && suffix != ".yml") || !fs::is_regular_file(path, none)) return false;
  try {
    const Value tree = workspace_tree(path);
    return tree.type == Value::Type::map && tree.find("recipes") != nullptr;
  } catch (const Error&) {  // told by whoever reads it as what it may be
    return false;
  }
}

Mark mark_of_key(const fs::path& recipe, const std::string& key) {
  Mark mark{recipe.string()};
  try {
    const Value tree = workspace_tree(recipe);
    for (const Member& member : tree.members) {
      if (member.key == key) mark = member.mark;
    }
  } catch (const Error&) {  // told by whoever reads it as a recipe
  }
  return mark;
}

Workspace load_workspace(const fs::path& path) {
  const Value tree = workspace_tree(path);
  const MapReader map(
      tree, of_what,
      {"recipes", "bases", "releases", "arches", "variants", "output", "registry", "tag", "share", "history"});
  Workspace workspace;
  workspace.path = path;
  const fs::path directory = fs::absolute(parent_dir(path)).lexically_normal();
  workspace.output = (directory / read_text(map.require("output"), "output")).lexically_normal();
  read_places(map, workspace);
  if (const Value* history = map.find("history")) {
    workspace.history = (directory / read_text(*history, "history")).lexically_normal();
  }
  const Matrix matrix = read_matrix(map, directory);
  std::vector<fs::path> bases;
  if (const Value* value = map.find("bases")) bases = files_of(read_items(*value, "bases"), directory);
  std::vector<fs::path> recipes = files_of(read_items(map.require("recipes"), "recipes"), directory);
  const fs::path own = fs::absolute(path).lexically_normal();
  std::erase_if(recipes, [&](const fs::path& one) {
    return one == own || std::find(bases.begin(), bases.end(), one) != bases.end();
  });
  std::vector<Planned> all;
  for (const auto& release : matrix.releases) {
    for (const std::string& arch : matrix.arches) {
      for (const fs::path& one : bases) add_recipe(one, true, release, arch, matrix, all);
      for (const fs::path& one : recipes) add_recipe(one, false, release, arch, matrix, all);
    }
  }
  for (Planned& one : all) one.image.out = workspace.output / one.image.name;
  find_bases(all);
  set_levels(all);
  workspace.images = sorted(std::move(all));
  return workspace;
}

}  // namespace rootlet::recipe
