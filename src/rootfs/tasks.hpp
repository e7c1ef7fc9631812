#pragma once

#include <nlohmann/json.hpp>

#include "sandbox.hpp"

namespace rootlet::rootfs {

// Tasks that a sandbox can do. `input` is what the part outside has made for it, in the same file.

int install_inside(const Inside& inside, const nlohmann::json& input);
int erase_inside(const Inside& inside, const nlohmann::json& input);
int trim_inside(const Inside& inside, const nlohmann::json& input);
int rewrite_inside(const Inside& inside, const nlohmann::json& input);
int import_inside(const Inside& inside, const nlohmann::json& input);
int test_inside(const Inside& inside, const nlohmann::json& input);

}  // namespace rootlet::rootfs
