#include <algorithm>
#include <array>

#include <iterator>

#include "reader.hpp"

namespace rootlet::recipe {
namespace {

/// Keys of a recipe that a release decides.
constexpr std::array<const char*, 5> keys{"distro", "releasever", "vars", "repos", "modules"};

/// Whether a text anywhere in `value` uses the variable.
bool uses_releasever(const Value& value) {
  for (const char* beginning : {"$releasever", "${releasever"}) {
    if (value.text.find(beginning) != std::string::npos) return true;
  }
  return std::any_of(value.items.begin(), value.items.end(), uses_releasever) ||
         std::any_of(value.members.begin(), value.members.end(),
                     [](const Member& member) { return uses_releasever(member.value); });
}

/// Takes a key away.
void drop(Value& tree, std::string_view key) {
  std::erase_if(tree.members, [&](const Member& member) { return member.key == key; });
}

}  // namespace

void set_release(Value& tree, const std::string& releasever) {
  for (Member& member : tree.members) {
    if (member.key != "distro" || member.value.type != Value::Type::text) continue;
    member.value.text = member.value.text.substr(0, member.value.text.find(':')) + ":" + releasever;
    return drop(tree, "releasever");
  }
  const Value* repos = tree.find("repos");
  if (repos != nullptr && !uses_releasever(*repos)) {
    fail(repos->mark, "no address of the repositories uses $releasever, so all releases would be the same",
         "write $releasever into their addresses, or give each release its own repositories");
  }
  drop(tree, "releasever");
  Value word;
  word.type = Value::Type::text;
  word.mark = tree.mark;
  word.text = releasever;
  tree.members.push_back({"releasever", tree.mark, word});
}

void take_release(Value& tree, const std::string& file) {
  Value release = load_tree(file);
  const MapReader map(release, "release", {keys.begin(), keys.end()});
  if (map.find("distro") == nullptr) static_cast<void>(map.require("repos"));
  // Where packages come from is the release's affair alone.
  for (const char* key : {"distro", "repos"}) drop(tree, key);
  if (map.find("distro") != nullptr) drop(tree, "releasever");
  std::erase_if(tree.members, [&](const Member& member) { return release.find(member.key) != nullptr; });
  std::move(release.members.begin(), release.members.end(), std::back_inserter(tree.members));
}

}  // namespace rootlet::recipe
