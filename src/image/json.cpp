#include "json.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {

using nlohmann::json;

void JsonValue::mismatch(const std::string& expected) const {
  throw Error((name_.empty() ? "it" : "'" + printable(name_) + "'") + " is no " + expected);
}

JsonValue JsonValue::at(const std::string& key) const {
  static const json nothing;
  const std::string name = name_.empty() ? key : name_ + "." + key;
  if (!exists()) return {nothing, name};
  if (!value_->is_object()) mismatch("object");
  const auto found = value_->find(key);
  return {found == value_->end() ? nothing : *found, name};
}

std::string JsonValue::text() const {
  if (!exists()) return {};
  if (!value_->is_string()) mismatch("string");
  return value_->get<std::string>();
}

std::uint64_t JsonValue::size() const {
  if (!exists()) return 0;
  if (!value_->is_number_unsigned()) mismatch("size");
  return value_->get<std::uint64_t>();
}

bool JsonValue::truth() const {
  if (!exists()) return false;
  if (!value_->is_boolean()) mismatch("boolean");
  return value_->get<bool>();
}

std::vector<JsonValue> JsonValue::list() const {
  if (!exists()) return {};
  if (!value_->is_array()) mismatch("list");
  std::vector<JsonValue> values;
  for (std::size_t i = 0; i < value_->size(); ++i) {
    values.emplace_back((*value_)[i], name_ + "[" + std::to_string(i) + "]");
  }
  return values;
}

std::vector<std::string> JsonValue::texts() const {
  std::vector<std::string> texts;
  for (const JsonValue& value : list()) texts.push_back(value.text());
  return texts;
}

std::vector<std::string> JsonValue::keys() const {
  if (!exists()) return {};
  if (!value_->is_object()) mismatch("object");
  std::vector<std::string> keys;
  for (const auto& [key, ignored] : value_->items()) keys.push_back(key);
  return keys;
}

std::string media_type_of(const JsonValue& manifest) {
  const std::string stated = manifest.at("mediaType").text();
  if (!stated.empty()) return stated;
  if (manifest.at("fsLayers").exists()) return "application/vnd.docker.distribution.manifest.v1+json";
  return manifest.at("manifests").exists() ? "application/vnd.oci.image.index.v1+json"
                                           : "application/vnd.oci.image.manifest.v1+json";
}

json parse_json(const std::string& text) {
  constexpr int deepest = 100;
  try {
    return rootlet::parse_json(text, {.depth = deepest});
  } catch (const json::exception&) {
    throw Error("it is no JSON");
  }
}

}  // namespace rootlet::image
