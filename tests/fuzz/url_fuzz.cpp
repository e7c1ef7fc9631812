#include "base/text.hpp"
#include "base/url.hpp"
#include "input.hpp"

/// URLs. A path survives the way to a file:// URL and back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)rootlet::is_url(text);
  (void)rootlet::printable(text);
  if (const auto path = rootlet::path_of_file_url(text)) {
    if (!path->is_absolute()) std::abort();
    if (rootlet::path_of_file_url(rootlet::file_url(*path)) != path) std::abort();
  }
  const std::string absolute = "/" + text;
  if (absolute.find('\0') != std::string::npos) return 0;
  const auto back = rootlet::path_of_file_url(rootlet::file_url(absolute));
  if (!back || back->string() != absolute) std::abort();
  return 0;
}
