#include "database_wire.hpp"

#include <nlohmann/json.hpp>

namespace rootlet {

namespace {

using Json = nlohmann::json;

/// A record as a list of its fields, in the order in which `each` names them.
class Writer {
 public:
  template <class Field>
  void field(const Field& value) {
    list.push_back(value);
  }
  Json list = Json::array();
};

class Reader {
 public:
  explicit Reader(const Json& from) : list_(from) {}
  template <class Field>
  void field(Field& value) {
    list_.at(at_++).get_to(value);
  }

 private:
  const Json& list_;
  std::size_t at_ = 0;
};

template <class Archive, class Type>
void each(Archive& archive, Type& nevra) requires std::is_same_v<std::remove_const_t<Type>, Nevra> {
  archive.field(nevra.name);
  archive.field(nevra.epoch);
  archive.field(nevra.version);
  archive.field(nevra.release);
  archive.field(nevra.arch);
}

template <class Archive, class Type>
void each(Archive& archive, Type& file) requires std::is_same_v<std::remove_const_t<Type>, PackageFile> {
  archive.field(file.path);
  archive.field(file.mode);
  archive.field(file.size);
  archive.field(file.user);
  archive.field(file.group);
  archive.field(file.target);
  archive.field(file.digest.type);
  archive.field(file.digest.hex);
  archive.field(file.capabilities);
  for (auto* flag : {&file.config, &file.doc, &file.license, &file.ghost, &file.missing_ok, &file.installed,
                     &file.verify_digest, &file.verify_mode, &file.verify_owner}) {
    archive.field(*flag);
  }
}

template <class Archive, class Type>
void each(Archive& archive, Type& package) requires std::is_same_v<std::remove_const_t<Type>, InstalledPackage> {
  archive.field(package.nevra);
  archive.field(package.installed_size);
  archive.field(package.install_time);
  archive.field(package.build_time);
  archive.field(package.vendor);
  archive.field(package.license);
  archive.field(package.source_rpm);
  archive.field(package.obsoletes);
  archive.field(package.signed_by);
  archive.field(package.files);
}

template <class Archive, class Type>
void each(Archive& archive, Type& dependency) requires std::is_same_v<std::remove_const_t<Type>, Dependency> {
  archive.field(dependency.from);
  archive.field(dependency.capability);
  archive.field(dependency.kind);
  archive.field(dependency.condition);
  archive.field(dependency.providers);
}

template <class Type>
void write(Json& json, const Type& value) {
  Writer writer;
  each(writer, value);
  json = std::move(writer.list);
}

template <class Type>
void read(const Json& json, Type& value) {
  Reader reader(json);
  each(reader, value);
}

}  // namespace

// nlohmann_json finds these by name.
void to_json(Json& json, const Nevra& value) { write(json, value); }
void from_json(const Json& json, Nevra& value) { read(json, value); }
void to_json(Json& json, const PackageFile& value) { write(json, value); }
void from_json(const Json& json, PackageFile& value) { read(json, value); }
void to_json(Json& json, const InstalledPackage& value) { write(json, value); }
void from_json(const Json& json, InstalledPackage& value) { read(json, value); }
void to_json(Json& json, const Dependency& value) { write(json, value); }
void from_json(const Json& json, Dependency& value) { read(json, value); }

namespace rpm {

std::string packed(const InstalledSet& set) {
  std::string bytes;
  Json::to_msgpack(Json{{"packages", set.packages}, {"dependencies", set.dependencies}}, bytes);
  return bytes;
}

InstalledSet unpacked(const std::string& bytes) {
  const Json json = Json::from_msgpack(bytes);
  return {json.at("packages").get<std::vector<InstalledPackage>>(),
          json.at("dependencies").get<std::vector<Dependency>>()};
}

}  // namespace rpm
}  // namespace rootlet
