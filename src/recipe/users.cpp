#include <limits>
#include <map>

#include "base/text.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

/// The all-ones id means "no change" to chown(2) and is nobody's.
constexpr std::uint32_t max_id = std::numeric_limits<std::uint32_t>::max() - 1;

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

std::filesystem::path read_source(const Value& value, const Context& context) {
  const std::string text = read_text(value, "source");
  const std::filesystem::path path = resolve_path(text, value.mark, context);
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) fail(value.mark, "source: '" + text + "' does not exist");
  if (!std::filesystem::is_regular_file(status)) fail(value.mark, "source: '" + text + "' is not a regular file");
  return path;
}

void read_kind(RecipeFile& file, const MapReader& map, const Context& context) {
  int kinds = 0;
  if (const Value* v = map.find("content")) {
    file.content = read_text(*v, "content");
    ++kinds;
  }
  if (const Value* v = map.find("source")) {
    file.source = read_source(*v, context);
    ++kinds;
  }
  if (const Value* v = map.find("target")) {
    file.target = read_text(*v, "target");
    if (file.target->empty()) fail(v->mark, "target: a symbolic link needs a target");
    ++kinds;
  }
  if (const Value* v = map.find("directory")) {
    file.directory = read_bool(*v, "directory");
    if (!file.directory) fail(v->mark, "directory: the only value is true");
    file.mode = 0755;
    ++kinds;
  }
  if (kinds == 1) return;
  fail(map.mark(), "file '" + file.path + "' has " + (kinds == 0 ? "no content" : "several kinds of content"),
       "give it exactly one of content, source, target, directory: true");
}

RecipeFile read_file_entry(const Value& value, const Context& context) {
  const MapReader map(value, "files", {"path", "content", "source", "target", "directory", "mode", "uid", "gid"});
  RecipeFile file;
  file.mark = value.mark;
  const Value& path = map.require("path");
  file.path = read_absolute_path(path, "path");
  if (file.path == "/") fail(path.mark, "path: the root directory itself cannot be written");
  read_kind(file, map, context);
  if (const Value* v = map.find("mode")) {
    if (file.target) fail(v->mark, "mode: a symbolic link has no mode");
    file.mode = read_mode(*v);
  }
  if (const Value* v = map.find("uid")) file.uid = read_number(*v, "uid", max_id);
  if (const Value* v = map.find("gid")) file.gid = read_number(*v, "gid", max_id);
  return file;
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

std::vector<RecipeFile> read_files(const Value& value, const Context& context) {
  std::vector<RecipeFile> files;
  std::map<std::string, Mark> paths;
  for (const Value& entry : read_list(value, "files", "files")) {
    files.push_back(read_file_entry(entry, context));
    const auto [known, added] = paths.emplace(files.back().path, entry.mark);
    if (!added) fail(entry.mark, "file '" + known->first + "' is listed twice, first at " + known->second.str());
  }
  return files;
}

}  // namespace rootlet::recipe
