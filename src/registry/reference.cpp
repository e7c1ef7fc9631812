#include "registry/reference.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

bool is_lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_word(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Part of a path: lower-case letters and digits, with ".", "_", "__" or any number of "-" between them.
bool is_path_part(std::string_view part) {
  if (part.empty() || !is_lower(part.front()) || !is_lower(part.back())) return false;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (is_lower(part[i])) continue;
    const std::size_t end = part.find_first_not_of(part[i], i);
    const std::size_t most = part[i] == '-' ? part.size() : part[i] == '_' ? 2 : part[i] == '.' ? 1 : 0;
    if (end - i > most || !is_lower(part[end])) return false;
    i = end;
  }
  return true;
}

bool is_path(std::string_view path) {
  constexpr std::size_t longest = 255;
  if (path.empty() || path.size() > longest) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (!is_path_part(path.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

bool is_tag(std::string_view tag) {
  constexpr std::size_t longest = 128;
  return !tag.empty() && tag.size() <= longest && is_word(tag.front()) &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool is_digest(std::string_view digest) {
  const auto colon = digest.find(':');
  const std::string_view algorithm = digest.substr(0, colon);
  const std::size_t digits = algorithm == "sha256" ? 64 : algorithm == "sha512" ? 128 : 0;
  return digits > 0 && digest.size() == colon + 1 + digits &&
         digest.find_first_not_of("0123456789abcdef", colon + 1) == std::string_view::npos;
}

/// A name with a dot, a port or brackets, or localhost: any other first part is one of a path.
bool is_host(std::string_view host) {
  if (host.empty() || !std::all_of(host.begin(), host.end(), [](char c) {
        return is_word(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
      })) {
    return false;
  }
  return host == "localhost" || host.find_first_of(".:[") != std::string_view::npos;
}

[[noreturn]] void malformed(const std::string& text, const std::string& what) {
  throw usage_error("'" + printable(text) + "': " + what,
                    "an image in a registry is named docker://HOST/PATH:TAG or docker://HOST/PATH@sha256:…");
}

}  // namespace

std::string ImageReference::str() const {
  return host + "/" + repository + (tag.empty() ? "" : ":" + tag) + (digest.empty() ? "" : "@" + digest);
}

bool is_reference(std::string_view text) noexcept { return text.starts_with(scheme); }

ImageReference parse_reference(const std::string& text) {
  std::string_view rest = text;
  if (!is_reference(rest)) malformed(text, "it is no name of an image in a registry");
  rest.remove_prefix(scheme.size());
  ImageReference result;
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos || !is_host(rest.substr(0, slash))) {
    malformed(text, "it does not name the registry's host");
  }
  result.host = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    result.digest = rest.substr(at + 1);
    if (!is_digest(result.digest)) malformed(text, "'" + printable(result.digest) + "' is no digest");
    rest = rest.substr(0, at);
  }
  if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    result.tag = rest.substr(colon + 1);
    if (!is_tag(result.tag)) malformed(text, "'" + printable(result.tag) + "' is no tag");
    rest = rest.substr(0, colon);
  }
  result.repository = rest;
  if (!is_path(rest)) malformed(text, "'" + printable(rest) + "' is no path of a registry");
  if (result.tag.empty() && result.digest.empty()) result.tag = "latest";
  return result;
}

}  // namespace rootlet::registry
