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

/// An empty file system in memory that is mounted nowhere yet.
Fd new_tmpfs(std::uint64_t bytes) {
  const Fd context(fsopen("tmpfs", FSOPEN_CLOEXEC));
  require(static_cast<bool>(context), "fsopen tmpfs");
  const auto configure = [&](unsigned command, const char* key, const char* value) {
    require(fsconfig(context.get(), command, key, value, 0) == 0, "fsconfig tmpfs");
  };
  configure(FSCONFIG_SET_STRING, "mode", "0700");
  configure(FSCONFIG_SET_STRING, "size", std::to_string(bytes).c_str());
  configure(FSCONFIG_CMD_CREATE, nullptr, nullptr);
  Fd made(fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV));
  require(static_cast<bool>(made), "fsmount tmpfs");
  return made;
}

}  // namespace

OpenDirectory mount_scratch_layer(const OpenDirectory& directory, std::uint64_t bytes) {
  struct stat info {};
  require(fstat(directory.fd(), &info) == 0, "fstat");
  const Fd lower(open_tree(directory.fd(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  require(static_cast<bool>(lower), "open_tree");
  const Fd memory = new_tmpfs(bytes);
  constexpr unsigned by_descriptor = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  require(move_mount(memory.get(), "", directory.fd(), "", by_descriptor) == 0, "move_mount");
  require(fchdir(memory.get()) == 0, "chdir");
  for (const char* name : {"lower", "upper", "work", "merged"}) require(mkdir(name, 0700) == 0, "mkdir");
  require(move_mount(lower.get(), "", AT_FDCWD, "lower", MOVE_MOUNT_F_EMPTY_PATH) == 0, "move_mount");
  // The merged directory has the upper one's owner and mode.
  require(chown("upper", info.st_uid, info.st_gid) == 0 && chmod("upper", info.st_mode & 07777U) == 0, "chown");
  // Relative names: a path may hold characters that separate mount options.
  constexpr const char* options = "lowerdir=lower,upperdir=upper,workdir=work";
  require(mount("overlay", "merged", "overlay", MS_NODEV, options) == 0, "mount overlay");
  return OpenDirectory("merged");
}

}  // namespace rootlet::rootfs
