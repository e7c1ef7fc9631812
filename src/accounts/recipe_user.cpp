#include "accounts/accounts.hpp"
#include "rootlet/error.hpp"

namespace rootlet::accounts {
namespace {

[[noreturn]] void conflict(const RecipeUser& user, const std::string& message) {
  throw usage_error(user.mark.str() + ": cannot add user '" + user.name + "': " + message,
                    "choose another name or number in the recipe");
}

/// Returns true when the group of the user's own name was added.
bool add_own_group(Table& groups, const RecipeUser& user) {
  const std::string gid = std::to_string(user.gid);
  if (const auto* same_id = groups.by_id(user.gid)) {
    // A gid of its own was asked for by giving one; a user's private group must not turn out to be someone else's.
    if (same_id->front() == user.name || user.gid != user.uid) return false;
    conflict(user, "the root's group '" + same_id->front() + "' has gid " + gid);
  }
  if (const auto* same_name = groups.by_name(user.name)) {
    conflict(user, "the root's group '" + user.name + "' has gid " + Table::field(*same_name, 2) + ", not " + gid);
  }
  groups.add({user.name, "x", gid, ""});
  return true;
}

/// Returns true when the user was added.
bool add_passwd(Table& users, const RecipeUser& user) {
  const std::string uid = std::to_string(user.uid);
  const std::string gid = std::to_string(user.gid);
  if (const auto* same_name = users.by_name(user.name)) {
    if (Table::number(*same_name, 2) == user.uid && Table::number(*same_name, 3) == user.gid) return false;
    conflict(user, "the root's user '" + user.name + "' has uid " + Table::field(*same_name, 2) + " and gid " +
                       Table::field(*same_name, 3) + ", not uid " + uid + " and gid " + gid);
  }
  if (const auto* same_id = users.by_id(user.uid)) {
    conflict(user, "the root's user '" + same_id->front() + "' has uid " + uid);
  }
  users.add({user.name, "x", uid, gid, "", user.home, user.shell});
  return true;
}

/// A locked password; the day of its last change stays empty, so that the image does not depend on the day.
void add_shadow(Table& shadow, const std::string& name, std::size_t fields) {
  if (!shadow.exists() || shadow.by_name(name) != nullptr) return;
  Table::Row row(fields);
  row[0] = name;
  row[1] = "!";
  shadow.add(std::move(row));
}

}  // namespace

void add_user(Accounts& accounts, const RecipeUser& user) {
  if (accounts.passwd.by_name(user.name) == nullptr || accounts.group.by_id(user.gid) == nullptr) {
    if (add_own_group(accounts.group, user)) add_shadow(accounts.gshadow, user.name, 4);
  }
  if (add_passwd(accounts.passwd, user)) add_shadow(accounts.shadow, user.name, 9);
}

}  // namespace rootlet::accounts
