#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rootlet::accounts {

/// A line of sysusers.d(5): an account that a package needs.
struct Line {
  enum class Type { user, group, member };
  Type type = Type::user;
  std::string name;
  bool locked = false;               ///< "u!": the account has expired from the beginning
  std::optional<std::uint32_t> uid;  ///< a user's wish
  std::optional<std::uint32_t> gid;  ///< a group's wish; of a user, the group that must be there ("u name 5:7")
  std::string group;                 ///< of a user, the group's name ("u name -:staff"); of a member, the group
  std::string path;                  ///< whose owner is the id to take
  std::string description;           ///< GECOS
  std::string home = "/";
  std::string shell;  ///< empty: the default
};

/// Reads a line as systemd-sysusers does. Error: which field is wrong, and why. Specifiers other than %% are refused:
/// what they stand for is the machine's, and an image has none.
Line read_line(const std::string& text);

}  // namespace rootlet::accounts
