#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace rootlet {

// Reading and writing JSON is compiled once, in json.cpp, since a compiler takes seconds for it in each file.

/// The value of a JSON text. Errors: nlohmann::json::parse_error, nlohmann::json::out_of_range.
nlohmann::json parse_json(std::string_view text);
/// The same, with members in the order of the text.
nlohmann::ordered_json parse_ordered_json(std::string_view text);

/// Limits of a text from outside.
struct JsonBounds {
  int depth;                                          ///< lists and objects in each other
  std::size_t values = static_cast<std::size_t>(-1);  ///< of all kinds; each takes up to a hundred bytes of memory
};
/// The same, for a text from outside. Errors: those of the other, and an Error where it is more than is allowed.
nlohmann::json parse_json(std::string_view text, const JsonBounds& bounds);

/// The value of a text; discarded, which is no object, list or anything else, where it is no JSON.
nlohmann::json json_or_discarded(std::string_view text);

/// The text of a value: in one line, or with so many spaces for each level. Bytes that are not UTF-8 become U+FFFD.
std::string dump_json(const nlohmann::json& value, int indent = -1);
std::string dump_json(const nlohmann::ordered_json& value, int indent = -1);

/// The same, where bytes that are not UTF-8 are an error: nlohmann::json::type_error.
std::string dump_json_strictly(const nlohmann::json& value, int indent = -1);
std::string dump_json_strictly(const nlohmann::ordered_json& value, int indent = -1);

/// A value as bytes of CBOR (RFC 8949), in which texts need not be UTF-8, and back. Error: nlohmann::json::parse_error.
std::string cbor_of(const nlohmann::json& value);
nlohmann::json parse_cbor(std::string_view bytes);

bool is_utf8(const std::string& text);

}  // namespace rootlet
