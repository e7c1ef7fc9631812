#include <algorithm>
#include <array>

#include <iterator>

#include "reader.hpp"

namespace rootlet::recipe {
namespace {

/// Keys of a recipe that a release decides.
constexpr std::array<const char*, 4> keys{"releasever", "vars", "repos", "modules"};

/// Whether a text anywhere in `value` uses the variable.
bool uses_releasever(const Value& value) {
  for (const char* beginning : {"$releasever", "${releasever"}) {
    if (value.text.find(beginning) != std::string::npos) return true;
  }
  return std::any_of(value.items.begin(), value.items.end(), uses_releasever) ||
         std::any_of(value.members.begin(), value.members.end(),
                     [](const Member& member) { return uses_releasever(member.value); });
}

}  // namespace

void set_release(Value& tree, const std::string& releasever) {
  const Value* repos = tree.find("repos");
  if (repos != nullptr && !uses_releasever(*repos)) {
    fail(repos->mark, "no address of the repositories uses $releasever, so all releases would be the same",
         "write $releasever into their addresses, or give each release its own repositories");
  }
  std::erase_if(tree.members, [](const Member& member) { return member.key == "releasever"; });
  Value word;
  word.type = Value::Type::text;
  word.mark = tree.mark;
  word.text = releasever;
  tree.members.push_back({"releasever", tree.mark, word});
}

void take_release(Value& tree, const std::string& file) {
  Value release = load_tree(file);
  static_cast<void>(MapReader(release, "release", {keys.begin(), keys.end()}).require("repos"));
  std::erase_if(tree.members, [&](const Member& member) { return release.find(member.key) != nullptr; });
  std::move(release.members.begin(), release.members.end(), std::back_inserter(tree.members));
}

}  // namespace rootlet::recipe
