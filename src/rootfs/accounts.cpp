#include "accounts.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

using accounts::Accounts;
using accounts::Table;

struct Place {
  const char* path;
  Table Accounts::*table;
  std::uint32_t mode;  ///< where the file is new
};
/// In the order in which they are written: a user's group exists before the user does.
constexpr std::array<Place, 4> places{{{"/etc/group", &Accounts::group, 0644},
                                       {"/etc/gshadow", &Accounts::gshadow, 0},
                                       {"/etc/passwd", &Accounts::passwd, 0644},
                                       {"/etc/shadow", &Accounts::shadow, 0}}};

/// Where an administrator's file stands in place of a package's (sysusers.d(5)).
constexpr std::string_view packaged_lines = "/usr/lib/sysusers.d/";
constexpr std::array<const char*, 2> places_above{"/etc/sysusers.d/", "/run/sysusers.d/"};

std::vector<std::string> lines_in(const std::string& content) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    std::string line = content.substr(begin, end - begin);
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.empty() && line[0] != '#' && line[0] != ';') lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

/// The rows of `after` whose names `before` lacks go into `made`.
void collect(const Table& before, const Table& after, Table& made) {
  for (const Table::Row& row : after.rows()) {
    if (before.by_name(row.front()) == nullptr && made.by_name(row.front()) == nullptr) made.add(row);
  }
}

}  // namespace

Accounts read_accounts(const root::Root& root) {
  Accounts accounts;
  for (const Place& place : places) {
    if (const auto file = root.read(place.path)) accounts.*place.table = Table(file->content);
  }
  return accounts;
}

void write_accounts(const root::Root& root, const Accounts& accounts) {
  for (const Place& place : places) {
    const Table& table = accounts.*place.table;
    if (!table.changed()) continue;
    const auto before = root.read(place.path);
    root.write(place.path, table.content(), before ? before->access : root::Access{place.mode, 0, 0});
  }
}

AccountMaker::AccountMaker(std::vector<rpm::PackageAccounts> packages, std::vector<RecipeUser> wanted, std::int64_t day)
    : root_("/"), packages_(std::move(packages)), wanted_(std::move(wanted)) {
  around_.day = day;
  for (const RecipeUser& user : wanted_) around_.reserved.insert({user.uid, user.gid});
  around_.owner_of = [this](const std::string& path) -> std::optional<accounts::Surroundings::Owner> {
    const Fd file = root_.find(path, O_PATH);
    struct stat info {};
    if (!file || fstat(file.get(), &info) != 0) return std::nullopt;
    return accounts::Surroundings::Owner{info.st_uid, info.st_gid};
  };
}

std::vector<std::string> AccountMaker::before(std::size_t package) {
  const rpm::PackageAccounts& own = packages_.at(package);
  restore();
  std::vector<std::string> problems;
  const Accounts before = read_accounts(root_);
  Accounts accounts = before;
  carry_out(own, accounts, problems);
  for (const auto& [name, files] : own.users) add_wanted(name, accounts);
  for (const auto& [name, files] : own.groups) add_wanted(name, accounts);
  write_accounts(root_, accounts);
  remember(before, accounts);
  return problems;
}

void AccountMaker::carry_out(const rpm::PackageAccounts& package, Accounts& accounts,
                             std::vector<std::string>& problems) {
  const auto wrong = [&](const std::string& text) {
    problems.push_back("package " + package.package.str() + ": " + text);
  };
  for (const rpm::PackageAccounts::Source& source : package.sources) {
    std::vector<accounts::Line> lines;
    for (const std::string& text : lines_of(source)) {
      try {
        lines.push_back(accounts::read_line(text));
        add_wanted(lines.back().name, accounts);
        add_wanted(lines.back().group, accounts);
      } catch (const Error& error) {
        wrong("its sysusers.d line '" + printable(text) + "' is left out: " + error.what());
      }
    }
    for (const std::string& problem : accounts::carry_out(accounts, lines, around_)) wrong(problem);
  }
}

std::vector<std::string> AccountMaker::lines_of(const rpm::PackageAccounts::Source& source) const {
  if (source.file.starts_with(packaged_lines)) {
    for (const char* above : places_above) {
      if (const auto file = root_.read(above + source.file.substr(packaged_lines.size())))
        return lines_in(file->content);
    }
  }
  return source.lines;
}

/// A name or number that somebody else has is told when the recipe's users are added, after the packages.
void AccountMaker::add_wanted(const std::string& name, Accounts& accounts) const {
  const auto user =
      std::find_if(wanted_.begin(), wanted_.end(), [&](const RecipeUser& one) { return one.name == name; });
  if (user == wanted_.end() || accounts.passwd.by_name(name) != nullptr) return;
  Accounts with = accounts;
  try {
    accounts::add_user(with, *user);
  } catch (const Error&) {
    return;
  }
  accounts = std::move(with);
}

void AccountMaker::remember(const Accounts& before, const Accounts& after) {
  for (const Place& place : places) collect(before.*place.table, after.*place.table, made_.*place.table);
}

void AccountMaker::restore() {
  Accounts accounts = read_accounts(root_);
  for (const Place& place : places) {
    Table& table = accounts.*place.table;
    for (const Table::Row& row : (made_.*place.table).rows()) {
      if (table.by_name(row.front()) == nullptr) table.add(row);
    }
  }
  write_accounts(root_, accounts);
}

std::vector<MissingOwner> AccountMaker::missing(std::size_t package) const {
  const rpm::PackageAccounts& own = packages_.at(package);
  const Accounts accounts = read_accounts(root_);
  std::vector<MissingOwner> missing;
  const auto look_for = [&](const auto& owners, const Table& table, bool group) {
    for (const auto& [name, files] : owners) {
      if (name == "root" || table.by_name(name) != nullptr) continue;
      missing.push_back({own.package, name, group, files});
    }
  };
  look_for(own.users, accounts.passwd, false);
  look_for(own.groups, accounts.group, true);
  return missing;
}

void add_users(const root::Root& root, const std::vector<RecipeUser>& users) {
  if (users.empty()) return;
  Accounts accounts = read_accounts(root);
  for (const RecipeUser& user : users) accounts::add_user(accounts, user);
  write_accounts(root, accounts);
}

}  // namespace rootlet::rootfs
