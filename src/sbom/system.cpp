#include "rootlet/sbom.hpp"

namespace rootlet::sbom {
namespace {

/// The value of an assignment as a shell would have it (os-release(5)).
std::string value_of(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front()) {
    return std::string(text);
  }
  const bool escapes = text.front() == '"';
  std::string value;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (escapes && text[i] == '\\' && i + 2 < text.size()) ++i;
    value += text[i];
  }
  return value;
}

}  // namespace

OsRelease os_release(std::string_view text) {
  OsRelease system;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, equals);
    std::string* field = key == "ID"           ? &system.id
                         : key == "VERSION_ID" ? &system.version_id
                         : key == "NAME"       ? &system.name
                         : key == "CPE_NAME"   ? &system.cpe
                                               : nullptr;
    if (field != nullptr) *field = value_of(line.substr(equals + 1));
  }
  return system;
}

}  // namespace rootlet::sbom
