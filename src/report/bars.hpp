#pragma once

#include <cstdint>
#include <string>

namespace rootlet::report {

/// Bar in steps of an eighth of a character: U+2588 is a whole one, U+258F an eighth. `most` takes 30 characters.
std::string bar(std::uint64_t size, std::uint64_t most);

/// Change as a part of the size before: "+5.0%"; empty where that was 0.
std::string percent(std::int64_t bytes, std::uint64_t of);

}  // namespace rootlet::report
