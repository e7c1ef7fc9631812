#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pool.hpp"

namespace rootlet::solv {

/// Which package of a repository comes first, second …, as createrepo_c writes them whatever the order in its metadata:
/// by file name, then by the rest of the location, then by checksum. Places count from 0.
/// Where libsolv is free to choose, the order decides: of the packages, and of the names and ranges as they are read.
/// Source: task_cmp() in createrepo_c's createrepo_c.c.
std::vector<std::size_t> published_order(::Repo& repo);

/// primary.xml cut into its packages. The pieces are views of the text.
struct Cut {
  std::string_view before;
  std::vector<std::string_view> packages;
  std::string_view after;
};

/// Nothing where the text cannot be cut, or holds a comment or CDATA, in which anything might stand.
std::optional<Cut> cut(std::string_view xml);

/// published_order() by what the text says: the same, unless it writes locations with references such as &amp;.
std::vector<std::size_t> written_order(const Cut& cut);

/// The pieces with the packages in this order; empty where it is not one of as many packages.
std::vector<std::string_view> rearranged(const Cut& cut, const std::vector<std::size_t>& order);

}  // namespace rootlet::solv
