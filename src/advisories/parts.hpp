#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/documents.hpp"
#include "rootlet/advisory.hpp"

namespace rootlet::advisories {

using nlohmann::json;

/// The member of that name; null where there is none, or `value` is no object.
const json& member(const json& value, const char* name);
/// Its text, cut where it is too long; empty where it is none.
std::string text_of(const json& value);
std::string text_at(const json& value, const char* name);
/// The elements of a list; none where it is no list.
std::vector<std::reference_wrapper<const json>> elements(const json& value);

/// The objects of a text: one, a list, or one a line. Errors: as read_osv().
std::vector<json> objects_in(std::string_view text);

/// "2026-01-02" of "2026-01-02T03:04:05Z"; empty of anything else.
std::string day_of(const std::string& time);

/// The first version that has a fix, out of "[epoch:]version[-release]"; nothing where there is no version.
std::optional<FixedPackage> fixed_in(const std::string& name, std::string_view evr, const std::string& arch);

/// Package that a package URL of type rpm names in a document.
struct FixedProduct {
  FixedPackage package;
  std::optional<ModuleStream> module;  ///< qualifier rpmmod
};
std::optional<FixedProduct> read_package_url(std::string_view text);

/// Adds "3 ranges that name no fixed version" where there are some.
void note(ReadDocuments& documents, std::size_t count, const char* noun, const char* what);

}  // namespace rootlet::advisories
