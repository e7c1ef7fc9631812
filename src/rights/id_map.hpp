#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet::rights {

/// Files of packages may belong to any of these: 0 to 65535.
constexpr std::uint64_t all_ids = 65536;

/// A line of /proc/PID/uid_map or gid_map (user_namespaces(7)).
struct IdRange {
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  bool operator==(const IdRange&) const = default;
};
using IdMap = std::vector<IdRange>;

/// As the kernel takes it: "0 1000 1\n1 100000 65535\n".
std::string text_of(const IdMap& map);
/// Lines that are no ranges are passed over.
IdMap parse_id_map(std::string_view text);

/// Whether ids 0 to 65535 have a meaning in it.
bool maps_all_ids(const IdMap& map);

/// Ids 0 to 65535 of the namespace that has `map`, as themselves: the kernel takes only ranges that lie within one of
/// its.
IdMap same_ids(const IdMap& map);

/// Ranges that subuid(5) or subgid(5) gives a user: "name:100000:65536" or "1000:100000:65536". `inside` is 0.
IdMap subordinate_ids(std::string_view text, const std::string& name, std::uint64_t id);

/// Id 0 is the caller's own, 1 to 65535 are taken from `subordinate`. Empty: those are too few.
IdMap with_subordinate(std::uint64_t own, const IdMap& subordinate);

}  // namespace rootlet::rights
