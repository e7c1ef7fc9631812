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

void add_files(const root::Root& root, const std::vector<RecipeFile>& files) {
  for (const RecipeFile& file : files) {
    try {
      add_file(root, file);
    } catch (const Error& error) {
      throw error.within(file.mark.str());
    }
  }
}

}  // namespace rootlet::rootfs
