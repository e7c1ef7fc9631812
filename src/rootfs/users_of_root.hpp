#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rootlet::rootfs {

/// The users and groups that /etc/passwd and /etc/group of the current root name. Read plainly, without the name
/// service's modules.
class RootUsers {
 public:
  RootUsers();

  /// By name; 0 where it is unknown, as librpm does.
  [[nodiscard]] uid_t uid(const std::string& name) const;
  [[nodiscard]] gid_t gid(const std::string& name) const;

  /// Whom a process runs as.
  struct Identity {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  ///< supplementary ones
    std::string home = "/";
  };
  /// "1001", "1001:1001", "app", "app:staff", "app:1001"; empty: root (OCI image-spec, config.md: User).
  /// Error: an unknown name.
  [[nodiscard]] Identity identity(const std::string& user) const;

 private:
  struct User {
    uid_t uid;
    gid_t gid;
    std::string home;
  };
  struct Group {
    gid_t gid;
    std::vector<std::string> members;
  };
  std::map<std::string, User> users_;
  std::map<std::string, Group> groups_;
};

}  // namespace rootlet::rootfs
