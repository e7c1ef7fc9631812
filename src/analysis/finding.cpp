#include "rootlet/audit.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace rootlet {
namespace {

constexpr std::array<std::pair<Severity, std::string_view>, 3> severity_names{
    {{Severity::note, "note"}, {Severity::warning, "warning"}, {Severity::error, "error"}}};

}  // namespace

std::string_view severity_name(Severity severity) noexcept {
  return severity_names.at(static_cast<std::size_t>(severity)).second;
}

std::optional<Severity> severity_of(std::string_view name) noexcept {
  for (const auto& [severity, known] : severity_names) {
    if (known == name) return severity;
  }
  return std::nullopt;
}

}  // namespace rootlet
