#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace rootlet::image {

/// A value of a document that others wrote, and the way to it: "layers[0].digest". A null counts as not there.
/// Errors: "'layers[0].size' is no number".
class JsonValue {
 public:
  JsonValue(const nlohmann::json& value, std::string name) : value_(&value), name_(std::move(name)) {}

  /// The member; one without a value where there is none.
  [[nodiscard]] JsonValue at(const std::string& key) const;
  [[nodiscard]] bool exists() const { return !value_->is_null(); }

  [[nodiscard]] std::string text() const;                ///< "" where there is none
  [[nodiscard]] std::uint64_t size() const;              ///< 0 where there is none
  [[nodiscard]] bool truth() const;                      ///< false where there is none
  [[nodiscard]] std::vector<JsonValue> list() const;     ///< empty where there is none
  [[nodiscard]] std::vector<std::string> texts() const;  ///< of a list of strings
  [[nodiscard]] std::vector<std::string> keys() const;   ///< of an object; sorted
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  [[noreturn]] void mismatch(const std::string& expected) const;

  const nlohmann::json* value_;
  std::string name_;
};

/// An index's or a manifest's own type; an old one need not state it.
std::string media_type_of(const JsonValue& manifest);

/// Error: it is no JSON, or nested deeper than 100.
nlohmann::json parse_json(const std::string& text);

}  // namespace rootlet::image
