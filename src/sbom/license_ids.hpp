#pragma once

#include <string_view>

namespace rootlet::sbom {

/// Version of the SPDX License List that these ids are from.
inline constexpr std::string_view license_list_version = "3.29";

/// Whether the list has a licence, or an exception, with that very id.
bool is_license_id(std::string_view id) noexcept;
bool is_exception_id(std::string_view id) noexcept;

}  // namespace rootlet::sbom
