#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/fs.hpp"
#include "rootlet/lock.hpp"

namespace rootlet::test {

Package package(const std::string& name, const std::string& repo, const std::string& location);

/// A recipe in `directory` with a repository beside it, one elsewhere, and a local package.
Recipe recipe_in(const fs::path& directory);

Lock lock_of(const Recipe& recipe);

/// That lock, as it is written.
extern const char* const golden;

/// The error of reading `text`, without the file's directory.
std::string error_of(const std::string& text);

/// The error after `value` took the place at `pointer` of that lock; a null value takes the field away.
std::string error_with(const std::string& pointer, const nlohmann::json& value);

}  // namespace rootlet::test
