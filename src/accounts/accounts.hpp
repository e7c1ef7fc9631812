#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "accounts/line.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::accounts {

/// A file of lines with fields apart by colons: passwd(5), group(5), shadow(5), gshadow(5). What was there stays as
/// it is, understood or not.
class Table {
 public:
  using Row = std::vector<std::string>;

  Table() = default;
  /// `content` of a file that is there.
  explicit Table(const std::string& content);

  [[nodiscard]] bool exists() const { return exists_; }  ///< there was a file, or there are rows now
  [[nodiscard]] bool changed() const { return changed_; }
  [[nodiscard]] std::string content() const;
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

  [[nodiscard]] const Row* by_name(const std::string& name) const;
  [[nodiscard]] const Row* by_id(std::uint32_t id) const;
  /// A field of a row; empty where the row is shorter.
  [[nodiscard]] static std::string field(const Row& row, std::size_t field);
  /// The number in a row's field, where it is one.
  [[nodiscard]] static std::optional<std::uint32_t> number(const Row& row, std::size_t field);

  /// Adds a row behind the others, but before the lines of NIS (+, -), which must come last.
  void add(Row row);
  /// Changes a field of the row of this name.
  void set(const std::string& name, std::size_t field, const std::string& value);

 private:
  std::vector<Row> rows_;
  bool exists_ = false;
  bool changed_ = false;
};

/// The accounts of a root.
struct Accounts {
  Table passwd;
  Table group;
  Table shadow;
  Table gshadow;
};

/// The shell of an account that names none (as rpm's own helper has it).
inline constexpr const char* no_login = "/sbin/nologin";

/// Surroundings that the carrying out of lines depends on besides the accounts.
struct Surroundings {
  std::int64_t day = 0;              ///< of a password's last change, since 1970
  std::set<std::uint32_t> reserved;  ///< numbers that are not to be given to anybody
  struct Owner {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
  };
  /// Who owns a path of the root; nothing where there is no such file.
  std::function<std::optional<Owner>(const std::string& path)> owner_of;
};

/// Carries out lines together, in their order, as `systemd-sysusers -` does: groups first, then users, then members;
/// dynamic numbers from 999 downwards; what exists stays. Returns what could not be done, in words.
std::vector<std::string> carry_out(Accounts& accounts, const std::vector<Line>& lines, const Surroundings& around);

/// Adds a user of the recipe and, unless it is there, the user's group.
/// Error (ErrorKind::usage, with the user's place): the name or number belongs to somebody else.
void add_user(Accounts& accounts, const RecipeUser& user);

}  // namespace rootlet::accounts
