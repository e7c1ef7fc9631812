#pragma once

#include <nlohmann/json.hpp>

#include "rootlet/package.hpp"

namespace rootlet::rootfs {

/// A package in messages between processes: its parts, in a list.
inline nlohmann::json to_json(const Nevra& nevra) {
  return {nevra.name, nevra.epoch, nevra.version, nevra.release, nevra.arch};
}

inline Nevra nevra_of(const nlohmann::json& json) {
  return {json.at(0).get<std::string>(), json.at(1).get<std::uint32_t>(), json.at(2).get<std::string>(),
          json.at(3).get<std::string>(), json.at(4).get<std::string>()};
}

}  // namespace rootlet::rootfs
