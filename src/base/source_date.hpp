#pragma once

#include <cstdint>
#include <optional>

namespace rootlet {

/// SOURCE_DATE_EPOCH (reproducible-builds.org), in seconds since 1970; nothing where it is not set. Error
/// (ErrorKind::usage): it is no number.
std::optional<std::int64_t> source_date_epoch();

}  // namespace rootlet
