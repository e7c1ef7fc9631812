#include "base/json.hpp"

#include "base/text.hpp"
#include "rootlet/error.hpp"

using nlohmann::json;
using nlohmann::ordered_json;

// What precompiled.hpp declares.
template class nlohmann::basic_json<>;
template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace rootlet {

json parse_json(std::string_view text) { return json::parse(text.begin(), text.end()); }

ordered_json parse_ordered_json(std::string_view text) { return ordered_json::parse(text.begin(), text.end()); }

json parse_json(std::string_view text, const JsonBounds& bounds) {
  std::size_t values = 0;
  const auto check = [&](int depth, json::parse_event_t, const json&) {
    if (depth > bounds.depth) throw Error("it is nested too deeply");
    if (++values > bounds.values) throw Error("it has more than " + grouped(bounds.values) + " values");
    return true;
  };
  return json::parse(text.begin(), text.end(), check);
}

json json_or_discarded(std::string_view text) { return json::parse(text.begin(), text.end(), nullptr, false); }

std::string dump_json(const json& value, int indent) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

std::string dump_json(const ordered_json& value, int indent) {
  return value.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

std::string dump_json_strictly(const json& value, int indent) { return value.dump(indent); }

std::string dump_json_strictly(const ordered_json& value, int indent) { return value.dump(indent); }

std::string cbor_of(const json& value) {
  std::string bytes;
  json::to_cbor(value, bytes);
  return bytes;
}

json parse_cbor(std::string_view bytes) { return json::from_cbor(bytes.begin(), bytes.end()); }

bool is_utf8(const std::string& text) try {
  static_cast<void>(json(text).dump());
  return true;
} catch (const json::exception&) {
  return false;
}

}  // namespace rootlet
