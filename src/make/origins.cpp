#include "origins.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "rootfs/install.hpp"
#include "sbom.hpp"

namespace rootlet::make {
namespace {

/// Files with one origin: one, or all in a directory.
struct OriginRule {
  std::string path;  ///< ends with "/" where it is a directory
  std::string_view origin;
};

constexpr std::array account_files{"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"};

/// The first that fits counts: what is written later comes before.
std::vector<OriginRule> rules_of(const FileTree& tree, const Recipe& recipe, const BuildResult& result) {
  std::vector<OriginRule> rules;
  if (!recipe.sboms.empty()) rules.push_back({std::string(sbom::directory_in_image) + "/", "sbom of the recipe"});
  if (!result.manifest.empty()) rules.push_back({result.manifest + "/", "rpmdb: manifest of the recipe"});
  if (!recipe.content_sets.empty()) {
    for (const char* directory : rootfs::content_manifest_directories) {
      rules.push_back({directory, "content_sets of the recipe"});
    }
  }
  if (!result.dbpath.empty()) rules.push_back({tree.way(result.dbpath).place + "/", "RPM database"});
  for (const RecipeFile& file : recipe.files) {
    if (!file.tree) rules.push_back({tree.real_path(file.path), "files of the recipe"});
  }
  if (!recipe.users.empty()) {
    for (const char* path : account_files) rules.push_back({path, "users of the recipe"});
  }
  if (!result.solution.modules.empty()) {
    for (const char* path : rootfs::module_state_places) rules.push_back({path, "modules of the recipe"});
  }
  return rules;
}

bool fits(const OriginRule& rule, const std::string& path) {
  return rule.path.ends_with('/') ? path.starts_with(rule.path) : path == rule.path;
}

}  // namespace

std::map<std::string, std::string> origins_of(const FileTree& tree, const Recipe& recipe, const BuildResult& result,
                                              const OwnFiles& own) {
  const std::vector<OriginRule> rules = rules_of(tree, recipe, result);
  std::map<std::string, std::string> of_trees;
  for (const auto& [path, origin] : origins_of(own)) of_trees.insert_or_assign(tree.real_path(path), origin);
  std::map<std::string, std::string> origins;
  const std::string_view otherwise = recipe.base.empty() ? "scriptlets" : "base or scriptlets";
  for (const TreeFile& file : tree.files) {
    if (file.type != FileType::regular) continue;
    const auto brought = of_trees.find(file.path);
    std::string_view origin = brought == of_trees.end() ? otherwise : std::string_view(brought->second);
    for (const OriginRule& rule : rules) {
      if (!fits(rule, file.path)) continue;
      origin = rule.origin;
      break;
    }
    origins.emplace(file.path, origin);
  }
  return origins;
}

}  // namespace rootlet::make
