#include "messages.hpp"

#include <cstring>

#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

constexpr std::size_t largest_message = 16U << 20U;

/// All messages of a task: some kB for each package are usual.
constexpr std::uint64_t most_messages = 64U << 20U;

}  // namespace

std::string frame_of(const nlohmann::json& message) {
  const std::string text = dump_json(message);
  const auto length = static_cast<std::uint32_t>(text.size());
  std::string frame(sizeof length, '\0');
  std::memcpy(frame.data(), &length, sizeof length);
  return frame + text;
}

void MessageReader::add(std::string_view bytes) {
  received_ += bytes.size();
  if (received_ > most_messages) {
    throw Error("the sandbox sent more than " + human_size(most_messages) + " of messages",
                "a Lua scriptlet of one of the packages must have sent them");
  }
  pending_.append(bytes);
}

std::optional<nlohmann::json> MessageReader::next() {
  std::uint32_t length = 0;
  if (pending_.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, pending_.data(), sizeof length);
  if (length > largest_message) throw Error("the sandbox sent a malformed message");
  if (pending_.size() < sizeof length + length) return std::nullopt;
  auto message = json_or_discarded(pending_.substr(sizeof length, length));
  if (!message.is_object()) throw Error("the sandbox sent a malformed message");
  pending_.erase(0, sizeof length + length);
  return message;
}

}  // namespace rootlet::rootfs
