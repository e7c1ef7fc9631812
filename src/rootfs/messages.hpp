#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace rootlet::rootfs {

/// A message as bytes: its length in four of them, then JSON.
std::string frame_of(const nlohmann::json& message);

/// Messages out of the bytes that a sandbox sends. A Lua scriptlet shares the sender's process: they may be anything.
class MessageReader {
 public:
  /// Takes the next bytes. Error: the sandbox has sent too much.
  void add(std::string_view bytes);
  /// The next message that is whole, an object; none: more bytes are needed. Error: it is malformed.
  std::optional<nlohmann::json> next();

 private:
  std::string pending_;
  std::uint64_t received_ = 0;  ///< bytes
};

}  // namespace rootlet::rootfs
