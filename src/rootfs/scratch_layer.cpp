#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootlet/error.hpp"
#include "sandbox.hpp"

namespace rootlet::rootfs {
namespace {

void require(bool ok, const char* what) {
  if (ok) return;
  throw Error(system_error(std::string("cannot lay a scratch layer over the root: ") + what).what(),
              "the kernel must allow overlayfs with its upper layer on a tmpfs");
}

}  // namespace

fs::path mount_scratch_layer(const fs::path& root, std::uint64_t bytes) {
  const Fd lower(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct stat info {};
  require(lower && fstat(lower.get(), &info) == 0, "open");
  const std::string size = "mode=0700,size=" + std::to_string(bytes);
  require(mount("tmpfs", root.c_str(), "tmpfs", MS_NODEV, size.c_str()) == 0, "mount tmpfs");
  require(chdir(root.c_str()) == 0, "chdir");
  for (const char* name : {"upper", "work", "merged"}) require(mkdir(name, 0700) == 0, "mkdir");
  // The merged root has the upper directory's owner and mode.
  require(chown("upper", info.st_uid, info.st_gid) == 0 && chmod("upper", info.st_mode & 07777U) == 0, "chown");
  // Relative names and a descriptor: a path may hold characters that separate mount options.
  const std::string options = "lowerdir=/proc/self/fd/" + std::to_string(lower.get()) + ",upperdir=upper,workdir=work";
  require(mount("overlay", "merged", "overlay", MS_NODEV, options.c_str()) == 0, "mount overlay");
  return root / "merged";
}

}  // namespace rootlet::rootfs
