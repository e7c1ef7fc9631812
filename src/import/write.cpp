#include <algorithm>
#include <array>

#include "draft.hpp"
#include "recipe/yaml_text.hpp"

namespace rootlet::imports {
namespace {

using recipe::Value;

constexpr std::array<std::string_view, 18> order{"distro", "releasever", "arch",     "arches",  "vars",      "repos",
                                                 "base",   "modules",    "packages", "exclude", "weak_deps", "docs",
                                                 "langs",  "os_release", "users",    "files",   "image",     "name"};

/// A scalar: as it is where YAML takes it for the same text, otherwise in double quotes, whose escapes are JSON's.
std::string scalar(const Value& value) {
  if (value.type == Value::Type::null) return "null";
  return value.plain ? value.text : recipe::yaml_text(value.text);
}

bool is_short(const Value& list) {
  std::size_t width = 0;
  for (const Value& item : list.items) {
    if (item.type != Value::Type::text) return false;
    width += scalar(item).size() + 2;
  }
  return width < 90;
}

std::string flow(const Value& value) {
  if (value.type == Value::Type::list) {
    std::string text;
    for (const Value& item : value.items) text += (text.empty() ? "" : ", ") + flow(item);
    return "[" + text + "]";
  }
  if (value.type == Value::Type::map) {
    std::string text;
    for (const recipe::Member& member : value.members) {
      text += (text.empty() ? "" : ", ") + recipe::yaml_text(member.key) + ": " + flow(member.value);
    }
    return "{" + text + "}";
  }
  return scalar(value);
}

/// Lists that are one value each, and not one of entries.
bool is_one_value(const std::string& key) {
  constexpr std::array<std::string_view, 6> keys{"entrypoint", "cmd", "arch", "arches", "langs", "ports"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void write_map(std::string& out, const Value& map, const std::string& indent, bool begun);

void write_member(std::string& out, const recipe::Member& member, const std::string& indent) {
  const Value& value = member.value;
  out += recipe::yaml_text(member.key) + ":";
  if (value.type == Value::Type::map && !value.members.empty()) {
    out += "\n";
    return write_map(out, value, indent + "  ", false);
  }
  const bool in_line =
      value.type == Value::Type::list && ((is_one_value(member.key) && is_short(value)) || value.items.empty());
  if (value.type != Value::Type::list || in_line) {
    out += " " + flow(value) + "\n";
    return;
  }
  out += "\n";
  for (const Value& item : value.items) {
    out += indent + "  - ";
    if (item.type == Value::Type::map && item.find("name") == nullptr) {
      write_map(out, item, indent + "    ", true);
    } else {
      out += flow(item) + "\n";
    }
  }
}

/// `begun`: the first line has its indent already.
void write_map(std::string& out, const Value& map, const std::string& indent, bool begun) {
  for (const recipe::Member& member : map.members) {
    if (!begun) out += indent;
    begun = false;
    write_member(out, member, indent);
  }
}

}  // namespace

std::string to_yaml(const Value& tree) {
  std::string out;
  for (const std::string_view key : order) {
    for (const recipe::Member& member : tree.members) {
      if (member.key == key) write_member(out, member, "");
    }
  }
  return out;
}

}  // namespace rootlet::imports
