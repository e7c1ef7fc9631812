#pragma once

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

/// primary.xml in pieces, each <package> one of its own, in this order. Empty where the text cannot be cut into as many
/// packages as `order` has, or holds a comment or CDATA, in which anything might stand. The pieces are views of `xml`.
std::vector<std::string_view> rearranged(std::string_view xml, const std::vector<std::size_t>& order);

}  // namespace rootlet::solv
