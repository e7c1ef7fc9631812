#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rootlet {

/// A value of the document and the way to it: "packages[3].reason".
class Field {
 public:
  Field(const nlohmann::json& value, std::string name) : value_(value), name_(std::move(name)) {}

  [[noreturn]] void fail(const std::string& message) const;

  [[nodiscard]] Field at(const std::string& key) const;
  [[nodiscard]] bool is_list() const;
  [[nodiscard]] bool is_text() const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool has(const std::string& key) const;

  /// An object that has no other fields than these.
  const Field& object(const std::vector<std::string>& known) const;

  [[nodiscard]] std::vector<Field> list() const;

  /// The fields of an object, by name.
  [[nodiscard]] std::vector<std::pair<std::string, Field>> members() const;

  [[nodiscard]] std::string text() const;
  /// A text that may have line feeds and whatever else a string can hold.
  [[nodiscard]] std::string raw_text() const;
  [[nodiscard]] std::string word() const;
  [[nodiscard]] std::vector<std::string> texts() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::uint64_t number(std::uint64_t max = std::numeric_limits<std::int64_t>::max()) const;

 private:
  [[noreturn]] void mismatch(const std::string& expected) const;

  const nlohmann::json& value_;
  std::string name_;
};

}  // namespace rootlet
