#include "root/beneath.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

void add_file(const root::Root& root, const RecipeFile& file) {
  const root::Access access{file.mode, file.uid, file.gid};
  if (file.target) {
    root.symlink(file.path, *file.target, access);
  } else if (file.directory) {
    root.directory(file.path, access);
  } else {
    root.write(file.path, file.source ? read_file(*file.source) : file.content.value_or(""), access);
  }
}

}  // namespace

void add_files(const fs::path& root, const std::vector<RecipeFile>& files) {
  const root::Root beneath(root);
  for (const RecipeFile& file : files) {
    try {
      add_file(beneath, file);
    } catch (const Error& error) {
      throw error.within(file.mark.str());
    }
  }
}

}  // namespace rootlet::rootfs
