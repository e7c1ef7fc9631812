#include "users_of_root.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "base/handle.hpp"
#include "root/beneath.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

std::optional<std::uint32_t> number(const std::string& text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

Error unknown(const char* kind, const std::string& name) {
  return Error(std::string("the root has no ") + kind + " '" + name + "'", "add it under 'users', or give a number");
}

/// Scriptlets may have put anything in its place.
std::string content_of(const root::Root& root, const std::string& path) {
  if (!root.find_file(path)) return {};
  auto file = root.read(path);
  return file ? std::move(file->content) : std::string();
}

/// Empty where there is nothing to read.
Handle<FILE, std::fclose> stream_of(std::string& content) {
  return Handle<FILE, std::fclose>{content.empty() ? nullptr : fmemopen(content.data(), content.size(), "r")};
}

}  // namespace

RootUsers::RootUsers() {
  const root::Root root("/");
  std::string users = content_of(root, "/etc/passwd");
  if (const auto file = stream_of(users)) {
    while (const passwd* entry = fgetpwent(file.get())) {
      users_.try_emplace(entry->pw_name, User{entry->pw_uid, entry->pw_gid, entry->pw_dir});
    }
  }
  std::string groups = content_of(root, "/etc/group");
  if (const auto file = stream_of(groups)) {
    while (const group* entry = fgetgrent(file.get())) {
      Group& added = groups_.try_emplace(entry->gr_name, Group{entry->gr_gid, {}}).first->second;
      for (char** member = entry->gr_mem; *member != nullptr; ++member) added.members.emplace_back(*member);
    }
  }
}

uid_t RootUsers::uid(const std::string& name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? 0 : found->second.uid;
}

gid_t RootUsers::gid(const std::string& name) const {
  const auto found = groups_.find(name);
  return found == groups_.end() ? 0 : found->second.gid;
}

RootUsers::Identity RootUsers::identity(const std::string& user) const {
  const std::size_t colon = user.find(':');
  const std::string user_name = user.substr(0, colon);
  Identity identity;
  const auto id = user_name.empty() ? std::optional<std::uint32_t>(0) : number(user_name);
  const auto found = std::find_if(users_.begin(), users_.end(), [&](const auto& entry) {
    return id ? entry.second.uid == *id : entry.first == user_name;
  });
  if (found != users_.end()) {
    identity.uid = found->second.uid;
    identity.gid = found->second.gid;
    identity.home = found->second.home;
  } else if (id) {
    identity.uid = *id;
  } else {
    throw unknown("user", user_name);
  }
  if (colon != std::string::npos) {
    const std::string group_name = user.substr(colon + 1);
    const auto group_id = number(group_name);
    const auto group = groups_.find(group_name);
    if (!group_id && group == groups_.end()) throw unknown("group", group_name);
    identity.gid = group_id ? *group_id : group->second.gid;
  } else if (found != users_.end()) {
    for (const auto& [name, group] : groups_) {
      const auto& members = group.members;
      if (std::find(members.begin(), members.end(), found->first) != members.end()) {
        identity.groups.push_back(group.gid);
      }
    }
  }
  return identity;
}

}  // namespace rootlet::rootfs
