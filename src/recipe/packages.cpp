#include <algorithm>

#include "base/fs.hpp"
#include "base/url.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

bool is_regular(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

/// A local package file in its absolute form, anything else as it is.
RecipeItem resolve_package(RecipeItem item, const Context& context) {
  if (item.text.empty()) fail(item.mark, "packages: an entry is empty");
  if (item.text == "@") fail(item.mark, "packages: '@' names no group and no module", "write for instance \"@core\"");
  const bool has_control =
      std::any_of(item.text.begin(), item.text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
  if (has_control) fail(item.mark, "packages: '" + item.text + "' holds a control character");
  if (!item.text.ends_with(".rpm")) return item;
  if (is_url(item.text)) {
    fail(item.mark, "packages: '" + item.text + "' is a URL",
         "download the package and name the file, or add its repository");
  }
  const bool has_slash = item.text.find('/') != std::string::npos;
  if (!has_slash && !is_regular(parent_dir(item.mark.file) / item.text)) return item;
  const fs::path path = resolve_path(item.text, item.mark, context);
  if (!is_regular(path)) fail(item.mark, "packages: there is no package file '" + item.text + "'");
  return {path.string(), item.mark};
}

}  // namespace

std::vector<RecipeItem> read_specs(const Value& value, std::string_view key, const Context& context) {
  std::vector<RecipeItem> items = read_conditional_items(value, key, context);
  for (const RecipeItem& item : items) {
    if (item.text.empty()) fail(item.mark, std::string(key) + ": an entry is empty");
  }
  return items;
}

bool is_local_file(const std::string& package) noexcept {
  return package.starts_with('/') && package.ends_with(".rpm");
}

std::vector<RecipeItem> read_packages(const Value& value, const Context& context) {
  std::vector<RecipeItem> packages;
  for (RecipeItem& item : read_conditional_items(value, "packages", context)) {
    packages.push_back(resolve_package(std::move(item), context));
  }
  return packages;
}

}  // namespace rootlet::recipe
