#include <map>

#include "base/text.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

std::string read_field_path(const Value& value, const char* key) {
  std::string path = read_absolute_path(value, key);
  if (path.find(':') != std::string::npos) fail(value.mark, std::string(key) + ": a path in passwd cannot hold ':'");
  return path;
}

RecipeUser read_user(const Value& value) {
  const MapReader map(value, "users", {"name", "uid", "gid", "home", "shell"});
  RecipeUser user;
  user.mark = value.mark;
  const Value& name = map.require("name");
  user.name = read_text(name, "name");
  if (!matches(user.name, "[a-z_][a-z0-9_-]*", 32)) {
    fail(name.mark, "'" + user.name + "' is not a user name",
         "a name has at most 32 lower-case letters, digits, _ and -, and begins with a letter or _");
  }
  user.uid = read_number(map.require("uid"), "uid", max_id);
  const Value* gid = map.find("gid");
  user.gid = gid == nullptr ? user.uid : read_number(*gid, "gid", max_id);
  if (const Value* v = map.find("home")) user.home = read_field_path(*v, "home");
  if (const Value* v = map.find("shell")) user.shell = read_field_path(*v, "shell");
  return user;
}

}  // namespace

std::vector<RecipeUser> read_users(const Value& value) {
  std::vector<RecipeUser> users;
  std::map<std::string, Mark> names;
  std::map<std::uint32_t, std::string> uids;
  for (const Value& entry : read_list(value, "users", "users")) {
    RecipeUser user = read_user(entry);
    const auto [known, new_name] = names.emplace(user.name, entry.mark);
    if (!new_name) fail(entry.mark, "user '" + user.name + "' is listed twice, first at " + known->second.str());
    const auto [other, new_uid] = uids.emplace(user.uid, user.name);
    if (!new_uid) {
      fail(entry.mark,
           "users '" + other->second + "' and '" + user.name + "' have the same uid " + std::to_string(user.uid));
    }
    users.push_back(std::move(user));
  }
  return users;
}

}  // namespace rootlet::recipe
