#include <fstream>

#include "rootlet/base/error.hpp"
#include "rootlet/target/tree.hpp"

namespace rootlet::target {

Tree read_directory(const fs::path& root, const TreeOptions&, Progress&) {
  throw Error("'" + root.string() + "': cannot read roots yet");
}
Tree read_image(const fs::path& image, const TreeOptions&, Progress&) {
  throw Error("'" + image.string() + "': cannot read images yet");
}
Form form_of(const fs::path& path) {
  if (fs::is_directory(path)) {
    for (const char* name : {"rpmdb.sqlite", "Packages", "Packages.db"}) {
      if (fs::exists(path / name)) return Form::rpmdb;
    }
    return Form::root_directory;
  }
  const std::string extension = path.extension().string();
  if (extension == ".json") return Form::lock;
  if (extension == ".yaml" || extension == ".yml") return Form::recipe;
  return Form::rpmdb;
}

}  // namespace rootlet::target
