#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "input.hpp"
#include "repo/credentials.hpp"

/// URLs, texts that hold some, a netrc. A path survives the way to a file:// URL and back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)rootlet::is_url(text);
  if (rootlet::printable(rootlet::printable(text)) != rootlet::printable(text)) std::abort();
  (void)rootlet::legible(text);
  (void)rootlet::without_secrets(text);
  const rootlet::SplitUrl split = rootlet::split_secrets(text);
  (void)rootlet::join_secrets(split.plain, split.user_info, split.query);
  (void)rootlet::origin_of(text);
  (void)rootlet::host_of(text);
  (void)rootlet::has_sound_authority(text);
  (void)rootlet::repo::parse_netrc(text);
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
