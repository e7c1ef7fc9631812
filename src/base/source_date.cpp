#include "base/source_date.hpp"

#include <cstdlib>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet {

std::optional<std::int64_t> source_date_epoch() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr || *text == '\0') return std::nullopt;
  char* end = nullptr;
  const long long value = std::strtoll(text, &end, 10);
  if (*end != '\0' || value < 0) {
    throw usage_error("SOURCE_DATE_EPOCH is '" + printable(text) + "', not a number of seconds since 1970");
  }
  return value;
}

}  // namespace rootlet
