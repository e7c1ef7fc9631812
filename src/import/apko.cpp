#include <algorithm>
#include <map>

#include "formats.hpp"
#include "shell.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

/// RPM's name of an architecture of apko's; the name itself where it is no other.
std::string rpm_arch(const std::string& arch) {
  static const std::map<std::string, std::string, std::less<>> names{{"amd64", "x86_64"},   {"arm64", "aarch64"},
                                                                     {"386", "i686"},       {"x86", "i686"},
                                                                     {"arm/v7", "armv7hl"}, {"armv7", "armv7hl"}};
  const auto found = names.find(arch);
  return found == names.end() ? arch : found->second;
}

const Value* text_in(const Value& map, const char* key) {
  const Value* value = map.find(key);
  return value != nullptr && value->type == Value::Type::text ? value : nullptr;
}

/// The text of apko's octal numbers as recipes have it: "0o755" is "0755".
std::string mode_of(const std::string& text) { return text.starts_with("0o") ? "0" + text.substr(2) : text; }

class ApkoReader {
 public:
  explicit ApkoReader(RecipeDraft& draft) : draft_(draft) {}

  void take(const Member& member) {
    const std::string& key = member.key;
    if (key == "contents")
      return leave_all(member.value, "contents.", "it is of Alpine's packages, which rootlet does not install", draft_);
    if (key == "accounts") return take_accounts(member.value);
    if (key == "environment") return put_all("image.env", member, draft_);
    if (key == "annotations") return put_all("image.annotations", member, draft_);
    if (key == "entrypoint") return take_entrypoint(member);
    if (key == "cmd") return take_command(member, "image.cmd", "cmd");
    if (key == "work-dir") return set_text("image.workdir", member, draft_);
    if (key == "stop-signal") return set_text("image.stop_signal", member, draft_);
    if (key == "archs") return take_arches(member);
    if (key == "paths") return take_paths(member);
    if (key == "volumes") {
      for (const Value* one : texts_of(member.value, key, draft_)) {
        draft_.add("image.volumes", text_value(one->text, one->mark), "volumes " + one->text);
      }
      return;
    }
    draft_.leave(member.mark, key, key == "include" ? "other files are not read" : "recipes have nothing like it");
  }

 private:
  void take_accounts(const Value& accounts) {
    std::map<std::string, const Value*> groups;
    const Value* list = accounts.find("groups");
    for (const Value& group : list == nullptr ? std::vector<Value>() : list->items) {
      const Value* name = text_in(group, "groupname");
      const Value* id = text_in(group, "gid");
      if (name != nullptr && id != nullptr) groups.emplace(name->text, id);
    }
    for (const Member& member : accounts.members) {
      if (member.key == "run-as") {
        set_text("image.user", member, draft_);
      } else if (member.key == "users") {
        for (const Value& user : member.value.items) take_user(user, groups);
      } else if (member.key != "groups") {
        draft_.leave(member.mark, "accounts." + member.key, "recipes have nothing like it");
      }
    }
    for (const Value& group : list == nullptr ? std::vector<Value>() : list->items) take_group(group);
  }

  void take_user(const Value& user, const std::map<std::string, const Value*>& groups) {
    const Value* name = text_in(user, "username");
    const Value* uid = text_in(user, "uid");
    if (name == nullptr || uid == nullptr)
      return draft_.leave(user.mark, "accounts.users", "an entry without username and uid");
    Value out = map_value(user.mark);
    set_member(out, "name", text_value(name->text, name->mark));
    set_member(out, "uid", plain_value(uid->text, uid->mark));
    const auto own = groups.find(name->text);
    const Value* gid = text_in(user, "gid");
    if (gid == nullptr && own != groups.end()) gid = own->second;
    if (gid != nullptr) set_member(out, "gid", plain_value(gid->text, gid->mark));
    for (const auto& [theirs, ours] :
         {std::pair("homedir", "home"), std::pair("home-dir", "home"), std::pair("shell", "shell")}) {
      if (const Value* value = text_in(user, theirs)) set_member(out, ours, text_value(value->text, value->mark));
    }
    draft_.add("users", std::move(out), "accounts.users " + name->text);
  }

  /// A group is there with the user of its name.
  void take_group(const Value& group) {
    const Value* name = text_in(group, "groupname");
    const std::string what = "accounts.groups " + (name == nullptr ? "" : name->text);
    const Value* users = draft_.find("users");
    const bool there = name != nullptr && users != nullptr &&
                       std::any_of(users->items.begin(), users->items.end(),
                                   [&](const Value& user) { return user.find("name")->text == name->text; });
    if (there) return draft_.note_taken(group.mark, what, "users");
    draft_.leave(group.mark, what, "a recipe adds groups with the users of their names only");
  }

  void take_entrypoint(const Member& member) {
    if (member.value.type == Value::Type::text) return take_command(member, "image.entrypoint", "entrypoint");
    for (const Member& one : member.value.members) {
      const std::string what = "entrypoint." + one.key;
      if (one.key == "command") {
        take_command(one, "image.entrypoint", what);
      } else if (one.key == "shell-fragment" && one.value.type == Value::Type::text) {
        draft_.set("image.entrypoint", list_value({"/bin/sh", "-c", one.value.text}, one.mark), what,
                   "it runs in a shell, which a package must bring");
      } else if (one.key == "services") {
        draft_.leave(one.mark, what, "an image of rootlet starts one program");
      } else {
        draft_.leave(one.mark, what, "recipes have nothing like it");
      }
    }
  }

  /// One text, taken apart as a shell does it.
  void take_command(const Member& member, const std::string& key, const std::string& what) {
    if (member.value.type != Value::Type::text) return draft_.leave(member.mark, what, "expected a string");
    std::vector<std::string> words;
    bool open = false;
    for (const ShellWord& word : plain_words(member.value.text, member.mark.line, {})) {
      words.push_back(word.text);
      open = open || word.open;
    }
    if (words.empty()) return draft_.leave(member.mark, what, "it is empty");
    draft_.set(key, list_value(words, member.mark), what + " " + member.value.text,
               open ? "$ is no variable in an image's command" : "");
  }

  void take_arches(const Member& member) {
    std::vector<std::string> arches;
    for (const Value* one : texts_of(member.value, member.key, draft_)) {
      if (one->text == "all" || one->text == "host") {
        draft_.leave(one->mark, "archs " + one->text, "recipes name their architectures");
      } else if (const auto cause = refused("arch", text_value(rpm_arch(one->text), one->mark), draft_.top())) {
        draft_.leave(one->mark, "archs " + one->text, *cause);
      } else {
        arches.push_back(rpm_arch(one->text));
      }
    }
    set_arches(arches, member, draft_);
  }

  void take_paths(const Member& member) {
    for (const Value& entry : member.value.items) {
      const Value* path = text_in(entry, "path");
      const Value* type = text_in(entry, "type");
      if (path == nullptr || type == nullptr) {
        draft_.leave(entry.mark, "paths", "an entry without path and type");
        continue;
      }
      const std::string what = "paths " + path->text;
      Value file = map_value(entry.mark);
      set_member(file, "path", text_value(path->text, path->mark));
      const Value* source = text_in(entry, "source");
      if (type->text == "directory") {
        set_member(file, "directory", bool_value(true, type->mark));
      } else if (type->text == "empty-file") {
        set_member(file, "content", text_value("", type->mark));
      } else if (type->text == "symlink" && source != nullptr) {
        set_member(file, "target", text_value(source->text, source->mark));
        draft_.add("files", std::move(file), what);
        continue;
      } else {
        draft_.leave(
            entry.mark, what,
            type->text == "permissions" ? "files of packages keep their modes" : "files makes no " + type->text);
        continue;
      }
      add_owner(entry, file);
      draft_.add("files", std::move(file), what,
                 text_in(entry, "recursive") == nullptr ? "" : "only the directory itself");
    }
  }

  static void add_owner(const Value& entry, Value& file) {
    if (const Value* mode = text_in(entry, "permissions"))
      set_member(file, "mode", text_value(mode_of(mode->text), mode->mark));
    for (const char* key : {"uid", "gid"}) {
      if (const Value* id = text_in(entry, key)) set_member(file, key, plain_value(id->text, id->mark));
    }
  }

  RecipeDraft& draft_;
};

}  // namespace

void read_apko(const ForeignFile& file, RecipeDraft& draft) {
  const Value document = parse_map(file, "file of apko");
  ApkoReader reader(draft);
  for (const Member& member : document.members) reader.take(member);
}

}  // namespace rootlet::imports
