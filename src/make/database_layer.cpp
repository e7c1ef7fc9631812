#include "database_layer.hpp"

#include <utility>

namespace rootlet::make {
namespace {

/// Whether a path without the slash in front leads to what is in the directory of the database.
bool is_of_database(const std::string& path, const std::string& dbpath) {
  return ("/" + path).starts_with(dbpath + "/");
}

/// An entry's path as a TreePart has it.
std::string plain_path(std::string path) {
  if (path.starts_with("./")) path.erase(0, 2);
  if (path.ends_with('/')) path.pop_back();
  return path;
}

/// Whether a layer with this entry may still be one of a database: its files, and the directories on the way there.
bool may_be_of_database(const image::LayerEntry& entry, const std::string& dbpath) {
  const std::string path = plain_path(entry.path);
  if (entry.kind == image::LayerEntry::Kind::directory) return (dbpath + "/").starts_with("/" + path + "/");
  const std::string name = path.substr(path.rfind('/') + 1);
  return entry.kind == image::LayerEntry::Kind::regular && "/" + path == dbpath + "/" + name &&
         !name.starts_with(".wh.");
}

}  // namespace

bool has_database_apart(image::Image& image, const std::string& dbpath, Progress& progress) {
  const std::vector<LayerInfo>& layers = image.info().layers;
  if (layers.size() < 2 || !layers.back().database) return false;
  bool alone = true;
  bool any = false;
  const auto visit = [&](const image::LayerEntry& entry, image::Content&) {
    alone = alone && may_be_of_database(entry, dbpath);
    any = any || entry.kind == image::LayerEntry::Kind::regular;
  };
  image.read_layer(layers.size() - 1, visit, progress);
  return alone && any;
}

image::TreePart with_database(image::TreePart part, const std::string& dbpath) {
  part.has = [has = std::move(part.has), dbpath](const std::string& path) {
    return is_of_database(path, dbpath) || has(path);
  };
  return part;
}

void put_database_apart(std::vector<image::NewLayer>& layers, const std::string& dbpath, const std::string& recipe) {
  image::NewLayer& rest = layers.back();
  image::NewLayer database;
  database.part.has = [has = rest.part.has, dbpath](const std::string& path) {
    return is_of_database(path, dbpath) && (!has || has(path));
  };
  database.created_by = database_created_by(recipe);
  database.database = true;
  rest.part.has = [has = rest.part.has, dbpath](const std::string& path) {
    return !is_of_database(path, dbpath) && (!has || has(path));
  };
  layers.push_back(std::move(database));
}

std::string database_created_by(const std::string& recipe) { return "rootlet build " + recipe + ": the RPM database"; }

}  // namespace rootlet::make
