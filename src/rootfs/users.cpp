#include <algorithm>
#include <charconv>

#include "beneath.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/rootfs/install.hpp"

namespace rootlet::rootfs {
namespace {

/// A file of lines with fields separated by colons, as passwd(5) and its kin. Lines that it does not understand
/// stay as they are.
class Database {
 public:
  struct Entry {
    std::string name;
    std::uint32_t id = 0;
    std::uint32_t group = 0;  ///< passwd only
  };

  /// `made` is the access of the file where it is missing.
  Database(const Root& root, std::string path, Access made) : root_(root), path_(std::move(path)), access_(made) {
    if (auto file = root.read(path_)) {
      exists_ = true;
      access_ = file->access;
      content_ = std::move(file->content);
      parse();
    }
  }

  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] const Entry* by_name(const std::string& name) const {
    return find([&](const Entry& entry) { return entry.name == name; });
  }
  [[nodiscard]] const Entry* by_id(std::uint32_t id) const {
    return find([&](const Entry& entry) { return entry.id == id; });
  }

  void add(const Entry& entry, const std::string& rest) {
    if (!content_.empty() && !content_.ends_with('\n')) content_ += '\n';
    content_ += entry.name + ":" + rest + "\n";
    entries_.push_back(entry);
    changed_ = true;
  }

  void save() const {
    if (changed_) root_.write(path_, content_, access_);
  }

 private:
  template <class Matches>
  [[nodiscard]] const Entry* find(Matches matches) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), matches);
    return found == entries_.end() ? nullptr : &*found;
  }

  void parse() {
    for (std::size_t begin = 0; begin < content_.size();) {
      const std::size_t end = std::min(content_.find('\n', begin), content_.size());
      parse_line(std::string_view(content_).substr(begin, end - begin));
      begin = end + 1;
    }
  }

  void parse_line(std::string_view line) {
    std::vector<std::string_view> fields;
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t end = std::min(line.find(':', begin), line.size());
      fields.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
    Entry entry{std::string(fields.front())};
    const bool shadow = path_.ends_with("shadow");
    if (!shadow && (fields.size() < 4 || !number(fields[2], entry.id))) return;
    if (path_ == "/etc/passwd" && !number(fields[3], entry.group)) return;
    entries_.push_back(std::move(entry));
  }

  static bool number(std::string_view text, std::uint32_t& out) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    return error == std::errc() && stop == end;
  }

  const Root& root_;
  std::string path_;
  Access access_;
  bool exists_ = false;
  bool changed_ = false;
  std::string content_;
  std::vector<Entry> entries_;
};

[[noreturn]] void conflict(const RecipeUser& user, const std::string& message) {
  throw usage_error(user.mark.str() + ": cannot add user '" + user.name + "': " + message,
                    "choose another name or number in the recipe");
}

/// Returns true when the group of the user's own name was added.
bool add_group(Database& groups, const RecipeUser& user) {
  const std::string gid = std::to_string(user.gid);
  if (const auto* same_id = groups.by_id(user.gid)) {
    // A gid of its own was asked for by giving one; a user's private group must not turn out to be someone else's.
    if (same_id->name == user.name || user.gid != user.uid) return false;
    conflict(user, "the root's group '" + same_id->name + "' has gid " + gid);
  }
  if (const auto* same_name = groups.by_name(user.name)) {
    conflict(user, "the root's group '" + user.name + "' has gid " + std::to_string(same_name->id) + ", not " + gid);
  }
  groups.add({user.name, user.gid}, "x:" + gid + ":");
  return true;
}

/// Returns true when the user was added.
bool add_user(Database& users, const RecipeUser& user) {
  const std::string ids = "uid " + std::to_string(user.uid) + " and gid " + std::to_string(user.gid);
  if (const auto* same_name = users.by_name(user.name)) {
    if (same_name->id == user.uid && same_name->group == user.gid) return false;
    conflict(user, "the root's user '" + user.name + "' has uid " + std::to_string(same_name->id) + " and gid " +
                       std::to_string(same_name->group) + ", not " + ids);
  }
  if (const auto* same_id = users.by_id(user.uid)) {
    conflict(user, "the root's user '" + same_id->name + "' has uid " + std::to_string(user.uid));
  }
  users.add({user.name, user.uid, user.gid},
            "x:" + std::to_string(user.uid) + ":" + std::to_string(user.gid) + "::" + user.home + ":" + user.shell);
  return true;
}

/// A locked password; the day of its last change stays empty, so that the image does not depend on the day.
void add_shadow(Database& shadow, const std::string& name, const char* rest) {
  if (shadow.exists() && shadow.by_name(name) == nullptr) shadow.add({name}, rest);
}

}  // namespace

void add_users(const fs::path& root, const std::vector<RecipeUser>& users) {
  if (users.empty()) return;
  const Root beneath(root);
  Database groups(beneath, "/etc/group", {0644, 0, 0});
  Database passwd(beneath, "/etc/passwd", {0644, 0, 0});
  Database gshadow(beneath, "/etc/gshadow", {});
  Database shadow(beneath, "/etc/shadow", {});
  for (const RecipeUser& user : users) {
    if (passwd.by_name(user.name) == nullptr || groups.by_id(user.gid) == nullptr) {
      if (add_group(groups, user)) add_shadow(gshadow, user.name, "!::");
    }
    if (add_user(passwd, user)) add_shadow(shadow, user.name, "!:::::::");
  }
  groups.save();
  passwd.save();
  gshadow.save();
  shadow.save();
}

}  // namespace rootlet::rootfs
