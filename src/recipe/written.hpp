#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "keys.hpp"

namespace rootlet::recipe {

using Json = nlohmann::ordered_json;

/// SHA-256 of a file that the recipe names at `mark`. Errors (ErrorKind::usage): it cannot be read.
std::string file_digest(const std::filesystem::path& path, const Mark& mark);

/// Each is a value as digests and locks have it.
template <class T>
requires(!std::is_enum_v<T>) Json written(const T& value) { return value; }
Json written(const RecipeItem& item);
Json written(const Preference& preference);
Json written(const WeakDeps& weak_deps);
Json written(const RecipeModules& modules);
Json written(Objective objective);
Json written(ScriptletDeps deps);
Json written(Upgrade upgrade);
Json written(UnknownOwners owners);
Json written(Scriptlets scriptlets);
Json written(ArchDrift drift);
Json written(Trim trim);
Json written(const RecipeUser& user);
Json written(const FileRequirement& requirement);
/// With the digest of a source, of a tar or image the name only. Errors (ErrorKind::usage): it cannot be read.
Json written(const RecipeFile& file);
Json written(const ImageConfig& image);
/// With the digest of the history.
Json written(const RecipeLayers& layers);
/// Of a test that does nothing but run a command, that alone, as it always was.
Json written(const RootTest& test);
/// Nothing: neither decides anything.
Json written(const ImageBudget& budget);
Json written(const RecipeLimits& limits);
template <class T>
Json written(const std::vector<T>& list) {
  Json out = Json::array();
  for (const T& each : list) out.push_back(written(each));
  return out;
}
template <class T>
Json written(const std::optional<T>& value) {
  return value ? written(*value) : nullptr;
}

/// Calls `visit` with each key that is to be written, and its value. `where`: &Fate::digest or &Fate::lock.
template <class Keys, class Owner, class Visit>
void for_each_written(const Keys& keys, Written Fate::*where, const Owner& owner, const Visit& visit) {
  const Owner usual{};
  for_each_key(keys, [&](const auto& key) {
    const Written when = key.fate.*where;
    if (when == Written::never) return;
    if (when == Written::unless_usual && written(key.of(owner)) == written(key.of(usual))) return;
    visit(key, key.of(owner));
  });
}

}  // namespace rootlet::recipe
