#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"
#include "reader.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {
namespace {

/// Keys of a variant. Of the recipe it has those that decide where packages come from and how they are chosen.
constexpr std::array<const char*, 8> own_keys{"packages", "exclude", "prefer", "avoid",
                                              "users",    "files",   "image",  "tests"};

/// Keys of the main image that are no affair of a variant.
constexpr std::array<const char*, 8> of_main{"base",   "rpmdb", "content_sets", "sbom",
                                             "budget", "trim",  "keep",         "without"};

template <std::size_t count>
bool is_one_of(const std::array<const char*, count>& known, const std::string& key) {
  return std::any_of(known.begin(), known.end(), [&](const char* each) { return key == each; });
}

}  // namespace

std::vector<std::string> variant_names(const Value& tree) {
  std::vector<std::string> names;
  const Value* all = tree.find("variants");
  if (all == nullptr) return names;
  if (all->type != Value::Type::map)
    fail(all->mark, "variants: expected a map, found " + std::string(all->type_name()));
  for (const Member& member : all->members) {
    if (!matches(member.key, "[a-z0-9]+([._-][a-z0-9]+)*", 64)) {
      fail(member.mark,
           "variants: '" + member.key + "' is no name: lower-case letters and digits, '.', '_' and '-' between");
    }
    const MapReader map(member.value, "variants: " + member.key, {own_keys.begin(), own_keys.end()});
    static_cast<void>(map.require("packages"));
    names.push_back(member.key);
  }
  return names;
}

void take_variant(Value& tree, const std::string& name, const std::string& file) {
  const std::vector<std::string> names = variant_names(tree);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    throw usage_error(file + ": there is no variant '" + name + "'" + did_you_mean(name, names),
                      names.empty() ? "the recipe has no 'variants'" : "known here: " + join(names, ", "));
  }
  Value own = *tree.find("variants")->find(name);
  std::erase_if(tree.members,
                [](const Member& member) { return is_one_of(own_keys, member.key) || is_one_of(of_main, member.key); });
  std::move(own.members.begin(), own.members.end(), std::back_inserter(tree.members));
}

}  // namespace rootlet::recipe
