#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet {

/// A value of the document and the way to it: "packages[3].reason".
class Field {
 public:
  Field(const nlohmann::json& value, std::string name) : value_(value), name_(std::move(name)) {}

  [[noreturn]] void fail(const std::string& message) const { throw Error(printable(name_ + ": " + message)); }

  [[nodiscard]] Field at(const std::string& key) const {
    const auto found = value_.find(key);
    const std::string name = name_.empty() ? key : name_ + "." + key;
    if (found == value_.end()) Field(value_, name).fail("the field is missing");
    return {*found, name};
  }
  [[nodiscard]] bool is_list() const { return value_.is_array(); }
  [[nodiscard]] bool is_text() const { return value_.is_string(); }
  [[nodiscard]] bool is_object() const { return value_.is_object(); }
  [[nodiscard]] bool has(const std::string& key) const { return value_.contains(key); }

  /// An object that has no other fields than these.
  const Field& object(const std::vector<std::string>& known) const {
    if (!value_.is_object()) mismatch("an object");
    for (const auto& [key, ignored] : value_.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      Field(value_, name_.empty() ? key : name_ + "." + key).fail("unknown field" + did_you_mean(key, known));
    }
    return *this;
  }

  [[nodiscard]] std::vector<Field> list() const {
    if (!value_.is_array()) mismatch("a list");
    std::vector<Field> fields;
    for (std::size_t i = 0; i < value_.size(); ++i)
      fields.push_back({value_[i], name_ + "[" + std::to_string(i) + "]"});
    return fields;
  }

  /// The fields of an object, by name.
  [[nodiscard]] std::vector<std::pair<std::string, Field>> members() const {
    if (!value_.is_object()) mismatch("an object");
    std::vector<std::pair<std::string, Field>> fields;
    for (const auto& [key, value] : value_.items()) fields.emplace_back(key, Field(value, name_ + "." + key));
    return fields;
  }

  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) mismatch("a string");
    auto text = value_.get<std::string>();
    if (std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; })) {
      fail("'" + text + "' holds a control character");
    }
    return text;
  }
  /// A text that may have line feeds and whatever else a string can hold.
  [[nodiscard]] std::string raw_text() const {
    if (!value_.is_string()) mismatch("a string");
    return value_.get<std::string>();
  }
  [[nodiscard]] std::string word() const {
    std::string word = text();
    if (word.empty()) fail("the string is empty");
    if (word.find('/') != std::string::npos) fail("'" + word + "' holds a slash");
    return word;
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const Field& item : list()) texts.push_back(item.text());
    return texts;
  }
  [[nodiscard]] bool boolean() const {
    if (!value_.is_boolean()) mismatch("true or false");
    return value_.get<bool>();
  }
  [[nodiscard]] std::uint64_t number(std::uint64_t max = std::numeric_limits<std::int64_t>::max()) const {
    if (!value_.is_number_unsigned() || value_.get<std::uint64_t>() > max) {
      mismatch("a whole number from 0 to " + std::to_string(max));
    }
    return value_.get<std::uint64_t>();
  }

 private:
  [[noreturn]] void mismatch(const std::string& expected) const {
    fail("expected " + expected + ", found " + (value_.is_number() ? value_.dump() : value_.type_name()));
  }

  const nlohmann::json& value_;
  std::string name_;
};

}  // namespace rootlet
