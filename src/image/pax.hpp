#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "untar.hpp"

namespace rootlet::image {

/// Throws "the tar is damaged: <what>".
[[noreturn]] void damaged(const std::string& what);

inline constexpr std::size_t most_extents = 1U << 20U;

/// The records of an extended header. Those of GNU's sparse format 0.0, which come several times, are joined as
/// "GNU.sparse.map" of format 0.1 has them. Empty values are left out: they stand for the field in the header.
PaxRecords parse_pax(std::string_view text);

/// Decimal digits, maybe with a sign.
std::int64_t pax_number(std::string_view text);

/// Whole seconds of a time with a fraction, rounded down.
std::int64_t pax_seconds(std::string_view text);

/// "offset,size,offset,size,…"
std::vector<Extent> pax_extents(std::string_view map);

}  // namespace rootlet::image
