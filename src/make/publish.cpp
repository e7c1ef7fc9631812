#include "publish.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/entries.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {

OpenDirectory open_layout(const OpenDirectory& workplace, const std::string& name) {
  Fd fd = open_entry(workplace.fd(), name, O_RDONLY | O_DIRECTORY);
  if (!fd) throw system_error("cannot open '" + (workplace.path() / name).string() + "'");
  return {std::move(fd), workplace.path() / name};
}

void publish_root(const root::Root& root, const TempDir& workplace, const std::string& name) {
  const std::string place = rootfs::place_of_root(workplace.directory());
  if (!workplace.directory().has(root.descriptor(), place)) {
    throw Error("the root is no longer where it was made", "a scriptlet must have renamed it");
  }
  const Fd whole = root.open("/", O_RDONLY | O_DIRECTORY);
  if (!whole || syncfs(whole.get()) != 0) throw system_error("cannot flush the root");
  publish(workplace.directory(), place, workplace.parent(), name);
}

void publish_image(const TempDir& workplace, const std::string& name) {
  const Fd image(openat(workplace.directory().fd(), image_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!image) throw system_error("cannot open the image");
  keep_access(image.get(), workplace.parent().fd(), name);
  publish(workplace.directory(), image_name, workplace.parent(), name);
}

}  // namespace rootlet::make
