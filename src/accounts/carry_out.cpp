#include <algorithm>
#include <map>

#include "accounts/accounts.hpp"
#include "base/text.hpp"

namespace rootlet::accounts {
namespace {

/// Dynamic numbers of system accounts (SYS_UID_MIN and SYS_UID_MAX of login.defs in Fedora and EL).
constexpr std::uint32_t lowest_dynamic = 201;
constexpr std::uint32_t highest_dynamic = 999;

constexpr std::size_t gid_field = 2;
constexpr std::size_t members_field = 3;  // of group and gshadow
constexpr std::size_t last_change_field = 2;
constexpr const char* no_password = "!*";

/// An account that lines ask for, and what it came to.
struct Wish {
  Line line;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  bool group_must_exist = false;
  bool new_group = false;
  bool new_user = false;
};

/// The wishes of one kind by name, in their order.
class Wishes {
 public:
  /// The first wish for a name counts.
  void add(const Line& line) {
    if (find(line.name) == nullptr) list_.push_back({line, line.uid, line.gid, false, false, false});
  }
  [[nodiscard]] const Wish* find(const std::string& name) const {
    const auto found =
        std::find_if(list_.begin(), list_.end(), [&](const Wish& wish) { return wish.line.name == name; });
    return found == list_.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::vector<Wish>& list() { return list_; }

 private:
  std::vector<Wish> list_;
};

/// The names with the new ones, sorted, if one of these is new.
std::optional<std::string> extended(const std::string& members, const std::vector<std::string>& more) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < members.size();) {
    const std::size_t end = std::min(members.find(',', begin), members.size());
    names.push_back(members.substr(begin, end - begin));
    begin = end + 1;
  }
  const std::size_t before = names.size();
  for (const std::string& name : more) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.size() == before) return std::nullopt;
  std::sort(names.begin(), names.end());
  return join(names, ",");
}

/// One run over the lines of one source.
class Run {
 public:
  Run(Accounts& accounts, const Surroundings& around) : accounts_(accounts), around_(around) {}

  std::vector<std::string> run(const std::vector<Line>& lines) {
    for (const Line& line : lines) note(line);
    add_implicit();
    for (Wish& wish : groups_.list()) find_gid(wish);
    for (Wish& wish : users_.list()) settle_user(wish);
    write_groups();
    write_users();
    return std::move(problems_);
  }

 private:
  void note(const Line& line) {
    switch (line.type) {
      case Line::Type::user: users_.add(line); break;
      case Line::Type::group: groups_.add(line); break;
      case Line::Type::member: {
        const auto known = std::find_if(members_.begin(), members_.end(),
                                        [&](const auto& members) { return members.first == line.group; });
        auto& names = known == members_.end() ? members_.emplace_back(line.group, std::vector<std::string>{}).second
                                              : known->second;
        names.push_back(line.name);
        break;
      }
    }
  }

  /// Members and their groups are made, even where no line of their own asks for them.
  void add_implicit() {
    for (const auto& [group, names] : members_) {
      for (const std::string& name : names) users_.add(implicit(Line::Type::user, name));
      if (users_.find(group) == nullptr) groups_.add(implicit(Line::Type::group, group));
    }
  }

  static Line implicit(Line::Type type, const std::string& name) {
    Line line;
    line.type = type;
    line.name = name;
    return line;
  }

  void settle_user(Wish& wish) {
    const std::string& group_name = wish.line.group.empty() ? wish.line.name : wish.line.group;
    const Wish* group = wish.gid ? nullptr : groups_.find(group_name);
    if (group != nullptr && group->new_group) {
      wish.gid = group->gid;
      wish.group_must_exist = true;
    } else if (!wish.line.group.empty()) {
      const Table::Row* row = accounts_.group.by_name(group_name);
      if (row == nullptr) return problem("user '" + wish.line.name + "': there is no group '" + group_name + "'");
      if (!take_gid(wish, *row)) return;
      wish.group_must_exist = true;
    } else {
      wish.group_must_exist = wish.gid.has_value();
      if (!find_gid(wish)) return;
    }
    find_uid(wish);
  }

  /// The number of a group that is there; a scriptlet may have left a line without one.
  bool take_gid(Wish& wish, const Table::Row& group) {
    wish.gid = Table::number(group, gid_field);
    if (!wish.gid) problem("group '" + group.front() + "': its line has no number");
    return wish.gid.has_value();
  }

  bool find_gid(Wish& wish) {
    if (const Table::Row* row = accounts_.group.by_name(wish.line.name)) return take_gid(wish, *row);
    if (wish.gid) {
      const bool is_free = gid_is_free(*wish.gid, wish.line.name, false);
      if (wish.group_must_exist && is_free) {
        problem("user '" + wish.line.name + "': there is no group with gid " + std::to_string(*wish.gid));
        return false;
      }
      if (wish.group_must_exist) return true;
      if (!is_free) wish.gid.reset();
    }
    if (!wish.gid && wish.uid && gid_is_free(*wish.uid, wish.line.name, true)) wish.gid = wish.uid;
    if (!wish.gid) wish.gid = suitable(owner(wish).gid, [&](auto id) { return gid_is_free(id, wish.line.name, true); });
    if (!wish.gid) wish.gid = next([&](auto id) { return gid_is_free(id, wish.line.name, true); });
    if (!wish.gid) {
      problem("group '" + wish.line.name + "': no number is free");
      return false;
    }
    wish.new_group = true;
    new_gids_.push_back(&wish);
    return true;
  }

  void find_uid(Wish& wish) {
    if (accounts_.passwd.by_name(wish.line.name) != nullptr) return;
    const auto is_free = [&](auto id) { return uid_is_free(id, wish.line.name, true); };
    if (wish.uid && !uid_is_free(*wish.uid, wish.line.name, !wish.group_must_exist)) wish.uid.reset();
    if (!wish.uid) wish.uid = suitable(owner(wish).uid, is_free);
    if (!wish.uid && wish.gid && is_free(*wish.gid)) wish.uid = wish.gid;
    if (!wish.uid) wish.uid = next(is_free);
    if (!wish.uid) return problem("user '" + wish.line.name + "': no number is free");
    wish.new_user = true;
    new_uids_.push_back(&wish);
  }

  /// Whose number is asked for by a path; root, who is nobody's namesake, where there is none.
  [[nodiscard]] Surroundings::Owner owner(const Wish& wish) const {
    if (wish.line.path.empty() || !around_.owner_of) return {};
    return around_.owner_of(wish.line.path).value_or(Surroundings::Owner{});
  }

  template <class IsFree>
  [[nodiscard]] static std::optional<std::uint32_t> suitable(std::uint32_t id, const IsFree& is_free) {
    if (id < lowest_dynamic || id > highest_dynamic || !is_free(id)) return std::nullopt;
    return id;
  }

  /// Numbers are looked for downwards, once: those of groups come from the same store.
  template <class IsFree>
  std::optional<std::uint32_t> next(const IsFree& is_free) {
    while (last_ > lowest_dynamic) {
      --last_;
      if (!around_.reserved.contains(last_) && is_free(last_)) return last_;
    }
    return std::nullopt;
  }

  static const Wish* with(const std::vector<const Wish*>& wishes, std::optional<std::uint32_t> Wish::*id,
                          std::uint32_t value) {
    const auto found = std::find_if(wishes.begin(), wishes.end(), [&](const Wish* wish) { return wish->*id == value; });
    return found == wishes.end() ? nullptr : *found;
  }

  /// A uid can be taken where no user has it nor, if wished, a group of another name.
  [[nodiscard]] bool uid_is_free(std::uint32_t uid, const std::string& name, bool ask_groups) const {
    if (with(new_uids_, &Wish::uid, uid) != nullptr || accounts_.passwd.by_id(uid) != nullptr) return false;
    if (!ask_groups) return true;
    const Wish* wish = with(new_gids_, &Wish::gid, uid);
    if (wish != nullptr && wish->line.name != name) return false;
    const Table::Row* row = accounts_.group.by_id(uid);
    return row == nullptr || row->front() == name;
  }

  [[nodiscard]] bool gid_is_free(std::uint32_t gid, const std::string& name, bool ask_users) const {
    if (with(new_gids_, &Wish::gid, gid) != nullptr || accounts_.group.by_id(gid) != nullptr) return false;
    if (!ask_users) return true;
    const Wish* wish = with(new_uids_, &Wish::uid, gid);
    if (wish != nullptr && wish->line.name != name) return false;
    const Table::Row* row = accounts_.passwd.by_id(gid);
    return row == nullptr || row->front() == name;
  }

  void write_groups() {
    extend_members(accounts_.group);
    extend_members(accounts_.gshadow);
    for (const Wish* wish : new_gids_) {
      const std::string& name = wish->line.name;
      std::string members;
      for (const auto& [group, names] : members_) {
        if (group == name) members = extended("", names).value_or("");
      }
      accounts_.group.add({name, "x", std::to_string(*wish->gid), members});
      if (accounts_.gshadow.by_name(name) == nullptr) accounts_.gshadow.add({name, no_password, "", members});
    }
  }

  void extend_members(Table& table) {
    for (const auto& [group, names] : members_) {
      const Table::Row* row = table.by_name(group);
      if (row == nullptr) continue;
      if (const auto all = extended(Table::field(*row, members_field), names)) table.set(group, members_field, *all);
    }
  }

  void write_users() {
    const std::string day = std::to_string(around_.day);
    for (const Wish* wish : new_uids_) {
      const Line& line = wish->line;
      const std::string shell = !line.shell.empty() ? line.shell : wish->uid == 0U ? "/bin/sh" : no_login;
      accounts_.passwd.add(
          {line.name, "x", std::to_string(*wish->uid), std::to_string(*wish->gid), line.description, line.home, shell});
      if (accounts_.shadow.by_name(line.name) != nullptr) {
        accounts_.shadow.set(line.name, last_change_field, day);
      } else {
        const std::string password = line.name == "root" ? "!unprovisioned" : no_password;
        accounts_.shadow.add({line.name, password, day, "", "", "", "", line.locked ? "1" : "", ""});
      }
    }
  }

  void problem(const std::string& text) { problems_.push_back(text); }

  Accounts& accounts_;
  const Surroundings& around_;
  Wishes users_;
  Wishes groups_;
  std::vector<std::pair<std::string, std::vector<std::string>>> members_;  // of groups, in the order of the lines
  std::vector<const Wish*> new_uids_;
  std::vector<const Wish*> new_gids_;
  std::uint32_t last_ = highest_dynamic + 1;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> carry_out(Accounts& accounts, const std::vector<Line>& lines, const Surroundings& around) {
  return Run(accounts, around).run(lines);
}

}  // namespace rootlet::accounts
