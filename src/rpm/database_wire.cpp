#include "database_wire.hpp"

#include <cstring>
#include <type_traits>

#include "rootlet/error.hpp"

namespace rootlet::rpm {
namespace {

/// Numbers as they are in memory, texts and lists after their length, records as their fields in order.
class Writer {
 public:
  template <class Type>
  void field(const Type& value) {
    if constexpr (std::is_arithmetic_v<Type> || std::is_enum_v<Type>) {
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      each(*this, value);
    }
  }
  void field(const std::string& text) {
    field(text.size());
    bytes += text;
  }
  template <class Type>
  void field(const std::vector<Type>& list) {
    field(list.size());
    for (const Type& one : list) field(one);
  }
  std::string bytes;
};

/// Trusts nothing: a database may have taken over the process that wrote it.
class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}
  template <class Type>
  void field(Type& value) {
    if constexpr (std::is_arithmetic_v<Type> || std::is_enum_v<Type>) {
      std::memcpy(&value, take(sizeof value), sizeof value);
    } else {
      each(*this, value);
    }
  }
  void field(bool& flag) {
    std::uint8_t byte = 0;
    field(byte);
    if (byte > 1) malformed();
    flag = byte == 1;
  }
  void field(EdgeKind& kind) {
    std::underlying_type_t<EdgeKind> number = 0;
    field(number);
    if (number < 0 || number > static_cast<int>(EdgeKind::multilib)) malformed();
    kind = EdgeKind{number};
  }
  void field(PackageId& id) {
    std::uint32_t place = 0;
    field(place);
    if (place >= packages_) malformed();
    id = package_id(place);
  }
  void field(std::string& text) {
    const std::size_t size = length();
    text.assign(take(size), size);
  }
  /// One by one: a length alone takes no memory.
  template <class Type>
  void field(std::vector<Type>& list) {
    for (std::size_t left = length(); left > 0; --left) field(list.emplace_back());
  }
  /// How many packages there are, which ids are places of.
  void know(std::size_t packages) { packages_ = packages; }
  void require_end() const {
    if (at_ != bytes_.size()) malformed();
  }

 private:
  [[noreturn]] static void malformed() { throw Error("what librpm's process says of it is malformed"); }
  const char* take(std::size_t size) {
    if (size > bytes_.size() - at_) malformed();
    at_ += size;
    return bytes_.data() + at_ - size;
  }
  std::size_t length() {
    std::size_t size = 0;
    field(size);
    // Every element has a byte at least.
    if (size > bytes_.size() - at_) malformed();
    return size;
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
  std::size_t packages_ = 0;
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
  archive.field(package.kept_size);
  archive.field(package.install_time);
  archive.field(package.build_time);
  archive.field(package.vendor);
  archive.field(package.license);
  archive.field(package.source_rpm);
  archive.field(package.url);
  archive.field(package.modularity_label);
  archive.field(package.obsoletes);
  archive.field(package.provides);
  archive.field(package.install_only);
  archive.field(package.signed_by);
  archive.field(package.files);
}

template <class Archive, class Type>
void each(Archive& archive, Type& dependency) requires std::is_same_v<std::remove_const_t<Type>, Dependency> {
  archive.field(dependency.from);
  archive.field(dependency.capability);
  archive.field(dependency.kind);
  archive.field(dependency.condition.capability);
  archive.field(dependency.condition.is_there);
  archive.field(dependency.providers);
}

template <class Archive, class Type>
void each(Archive& archive, Type& idle) requires std::is_same_v<std::remove_const_t<Type>, IdleRequirement> {
  archive.field(idle.from);
  archive.field(idle.capability);
}

template <class Archive, class Type>
void each(Archive& archive, Type& clash) requires std::is_same_v<std::remove_const_t<Type>, Clash> {
  archive.field(clash.package);
  archive.field(clash.other);
  archive.field(clash.capability);
  archive.field(clash.obsoletes);
}

}  // namespace

std::string packed(const InstalledSet& set) {
  Writer writer;
  writer.field(set.packages);
  writer.field(set.dependencies);
  writer.field(set.idle);
  writer.field(set.clashes);
  return std::move(writer.bytes);
}

InstalledSet unpacked(const std::string& bytes) {
  InstalledSet set;
  Reader reader(bytes);
  reader.field(set.packages);
  reader.know(set.packages.size());
  reader.field(set.dependencies);
  reader.field(set.idle);
  reader.field(set.clashes);
  reader.require_end();
  return set;
}

}  // namespace rootlet::rpm
