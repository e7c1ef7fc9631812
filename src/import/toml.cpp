#include <toml++/toml.h>

#include <algorithm>

#include "base/text.hpp"
#include "file.hpp"
#include "rootlet/error.hpp"

namespace rootlet::imports {
namespace {

using recipe::Value;

Mark place_in_toml(const toml::node& node, const std::string& file) {
  return {file, static_cast<int>(node.source().begin.line), static_cast<int>(node.source().begin.column)};
}

class TomlReader {
 public:
  explicit TomlReader(const std::string& file) : file_(file) {}

  Value read(const toml::node& node) {
    Value value;
    value.mark = place_in_toml(node, file_);
    if (++nodes_ > recipe::Budget::max_nodes) {
      recipe::fail(value.mark, "the file is too large: more than " + grouped(recipe::Budget::max_nodes) + " values");
    }
    if (const auto* table = node.as_table()) {
      value.type = Value::Type::map;
      for (const auto& [key, member] : *table) {
        Value inner = read(member);
        const Mark mark = inner.mark;
        value.members.push_back({std::string(key.str()), mark, std::move(inner)});
      }
      // Tables of toml++ are sorted by name.
      std::stable_sort(value.members.begin(), value.members.end(), [](const auto& a, const auto& b) {
        return std::pair(a.mark.line, a.mark.column) < std::pair(b.mark.line, b.mark.column);
      });
    } else if (const auto* array = node.as_array()) {
      value.type = Value::Type::list;
      for (const toml::node& item : *array) value.items.push_back(read(item));
    } else {
      value.type = Value::Type::text;
      read_scalar(node, value);
    }
    return value;
  }

 private:
  void read_scalar(const toml::node& node, Value& value) const {
    if (const auto* text = node.as_string()) {
      value.text = text->get();
      if (value.text.find('\0') != std::string::npos)
        recipe::fail(value.mark, "a string must not hold a NUL character");
      return;
    }
    value.plain = true;
    if (const auto* flag = node.as_boolean()) {
      value.text = flag->get() ? "true" : "false";
    } else if (const auto* number = node.as_integer()) {
      value.text = std::to_string(number->get());
    } else {
      recipe::fail(value.mark, "neither a string, a whole number nor a boolean");
    }
  }

  const std::string& file_;
  std::size_t nodes_ = 0;
};

}  // namespace

Value parse_toml(const ForeignFile& file) {
  toml::table document;
  try {
    document = toml::parse(file.text);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    recipe::fail({file.name, static_cast<int>(at.line), static_cast<int>(at.column)},
                 "not valid TOML: " + std::string(error.description()));
  }
  return TomlReader(file.name).read(document);
}

}  // namespace rootlet::imports
