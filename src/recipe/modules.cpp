#include <algorithm>

#include "base/text.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

/// A list of module specs: as rootlet::modules::Spec, but without a profile, which says what to install.
std::vector<RecipeItem> read_module_specs(const Value& value, const char* key) {
  std::vector<RecipeItem> items = read_items(value, key);
  for (const RecipeItem& item : items) {
    if (!matches(item.text, "[A-Za-z0-9+._-]+(:[A-Za-z0-9+._-]+)*(::[A-Za-z0-9+._-]+)?")) {
      fail(item.mark, std::string(key) + ": '" + item.text + "' does not name a module",
           "write for instance nodejs:20; profiles are installed with packages: [\"@nodejs:20/common\"]");
    }
  }
  return items;
}

std::string read_platform(const Value& value) {
  std::string platform = read_text(value, "platform");
  if (!matches(platform, "[A-Za-z0-9+._-]+:[A-Za-z0-9+._-]+")) {
    fail(value.mark, "platform: '" + platform + "' is not a platform", "write for instance platform:el9");
  }
  return platform;
}

}  // namespace

RecipeModules read_modules(const Value& value) {
  const MapReader map(value, "modules", {"enable", "disable", "platform"});
  RecipeModules modules;
  if (const Value* v = map.find("enable")) modules.enable = read_module_specs(*v, "modules.enable");
  if (const Value* v = map.find("disable")) modules.disable = read_module_specs(*v, "modules.disable");
  if (const Value* v = map.find("platform")) modules.platform = read_platform(*v);
  return modules;
}

std::vector<std::string> read_group_package_types(const Value& value) {
  const std::vector<std::string> known{"conditional", "default", "mandatory", "optional"};
  std::vector<std::string> types;
  for (const RecipeItem& item : read_items(value, "group_package_types")) {
    if (std::find(known.begin(), known.end(), item.text) == known.end()) {
      fail(item.mark,
           "group_package_types: unknown type of packages '" + item.text + "'" + did_you_mean(item.text, known),
           "known are " + join(known, ", "));
    }
    types.push_back(item.text);
  }
  if (types.empty()) fail(value.mark, "group_package_types: the list is empty", "known are " + join(known, ", "));
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

}  // namespace rootlet::recipe
