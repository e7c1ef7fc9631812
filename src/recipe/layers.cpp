#include "base/fs.hpp"
#include "reader.hpp"
#include "written.hpp"

namespace rootlet::recipe {
namespace {

/// Docker's and containerd's overlay mounts take about 125 layers; some are left for whoever builds on top.
constexpr std::uint32_t most_layers = 100;

std::uint32_t read_count(const Value& value, std::string_view key) {
  const std::uint32_t count = read_number(value, key, most_layers);
  if (count == 0) fail(value.mark, std::string(key) + ": an image has one layer at least");
  return count;
}

}  // namespace

RecipeLayers read_layers(const Value& value, std::string_view key, const Context& context) {
  RecipeLayers layers;
  if (value.type == Value::Type::map) {
    const MapReader map(value, key, {"at_most", "history", "database"});
    layers.at_most = read_count(map.require("at_most"), "at_most");
    if (const Value* v = map.find("history")) {
      layers.history = resolve_path(read_text(*v, "history"), v->mark, context);
      if (fs::exists(*layers.history)) layers.history_digest = file_digest(*layers.history, v->mark);
    }
    if (const Value* v = map.find("database")) {
      if (read_text(*v, "database") != "apart") fail(v->mark, "database: expected apart, found '" + v->text + "'");
      layers.database_apart = true;
    }
  } else if (value.type == Value::Type::text && value.text == "base") {
    layers.database_apart = true;
  } else if (!(value.type == Value::Type::text && value.text == "one")) {
    if (value.type != Value::Type::text || !matches(value.text, "[0-9]+")) {
      fail(value.mark, std::string(key) + ": expected one, base, a number of layers or a map with at_most, found " +
                           (value.type == Value::Type::text ? "'" + value.text + "'" : std::string(value.type_name())));
    }
    layers.at_most = read_count(value, key);
  }
  return layers;
}

Json written(const RecipeLayers& layers) {
  if (layers == RecipeLayers{}) return "one";
  Json out{{"at_most", layers.at_most}};
  if (layers.database_apart) out["database"] = "apart";
  if (!layers.history_digest.empty()) out["history"] = layers.history_digest;
  return out;
}

}  // namespace rootlet::recipe
