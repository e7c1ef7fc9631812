#include "base/json_field.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet {

void Field::fail(const std::string& message) const { throw Error(printable(name_ + ": " + message)); }

Field Field::at(const std::string& key) const {
  const auto found = value_.find(key);
  const std::string name = name_.empty() ? key : name_ + "." + key;
  if (found == value_.end()) Field(value_, name).fail("the field is missing");
  return {*found, name};
}

bool Field::is_list() const { return value_.is_array(); }

bool Field::is_text() const { return value_.is_string(); }

bool Field::is_object() const { return value_.is_object(); }

bool Field::has(const std::string& key) const { return value_.contains(key); }

const Field& Field::object(const std::vector<std::string>& known) const {
  if (!value_.is_object()) mismatch("an object");
  for (const auto& [key, ignored] : value_.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    Field(value_, name_.empty() ? key : name_ + "." + key).fail("unknown field" + did_you_mean(key, known));
  }
  return *this;
}

std::vector<Field> Field::list() const {
  if (!value_.is_array()) mismatch("a list");
  std::vector<Field> fields;
  for (std::size_t i = 0; i < value_.size(); ++i) fields.push_back({value_[i], name_ + "[" + std::to_string(i) + "]"});
  return fields;
}

std::vector<std::pair<std::string, Field>> Field::members() const {
  if (!value_.is_object()) mismatch("an object");
  std::vector<std::pair<std::string, Field>> fields;
  for (const auto& [key, value] : value_.items()) fields.emplace_back(key, Field(value, name_ + "." + key));
  return fields;
}

std::string Field::text() const {
  if (!value_.is_string()) mismatch("a string");
  auto text = value_.get<std::string>();
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; })) {
    fail("'" + text + "' holds a control character");
  }
  return text;
}

std::string Field::raw_text() const {
  if (!value_.is_string()) mismatch("a string");
  return value_.get<std::string>();
}

std::string Field::word() const {
  std::string word = text();
  if (word.empty()) fail("the string is empty");
  if (word.find('/') != std::string::npos) fail("'" + word + "' holds a slash");
  return word;
}

std::vector<std::string> Field::texts() const {
  std::vector<std::string> texts;
  for (const Field& item : list()) texts.push_back(item.text());
  return texts;
}

bool Field::boolean() const {
  if (!value_.is_boolean()) mismatch("true or false");
  return value_.get<bool>();
}

std::uint64_t Field::number(std::uint64_t max) const {
  if (!value_.is_number_unsigned() || value_.get<std::uint64_t>() > max) {
    mismatch("a whole number from 0 to " + std::to_string(max));
  }
  return value_.get<std::uint64_t>();
}

void Field::mismatch(const std::string& expected) const {
  fail("expected " + expected + ", found " + (value_.is_number() ? dump_json(value_) : value_.type_name()));
}

}  // namespace rootlet
