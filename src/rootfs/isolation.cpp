#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fmt/format.h>

#include "base/entries.hpp"
#include "base/handle.hpp"
#include "base/text.hpp"
#include "isolation_steps.hpp"
#include "model/arch.hpp"
#include "rootlet/error.hpp"
#include "sandbox.hpp"
#include "test/file_calls.hpp"
#include "users_of_root.hpp"

namespace rootlet::rootfs {
namespace {

void mount_or_throw(const char* source, const char* target, const char* type, unsigned long flags,
                    const char* data = nullptr) {
  check(mount(source, target, type, flags, data) == 0, std::string("mount ") + target);
}

void set_mount_attributes(int dir, const char* path, unsigned flags, std::uint64_t attributes) {
  mount_attr change{};
  change.attr_set = attributes;
  check(mount_setattr(dir, path, flags, &change, sizeof change) == 0, "mount_setattr (Linux 5.12 or newer is needed)");
}

/// Whether a directory is what paths begin with: the same directory of the same mount.
bool is_root(int directory) {
  struct statx one {
  }, other{};
  constexpr unsigned wanted = STATX_INO | STATX_MNT_ID;
  check(statx(directory, "", AT_EMPTY_PATH, wanted, &one) == 0 && statx(AT_FDCWD, "/", 0, wanted, &other) == 0,
        "statx");
  return one.stx_ino == other.stx_ino && one.stx_mnt_id == other.stx_mnt_id;
}

/// Where paths begin. The caller's / may be a directory of a chroot; the mount namespace has a / of its own, which is
/// always a mount point, and which nothing is above.
class Standpoint {
 public:
  Standpoint()
      : root_(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)), here_(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    check(root_ && here_, "open /");
  }
  [[nodiscard]] int root() const { return root_.get(); }
  /// Needs no chroot(2), which a container may not allow, where it is taken already.
  void take() const {
    if (!is_root(root_.get())) check(fchdir(root_.get()) == 0 && chroot(".") == 0, "chroot");
    check(fchdir(here_.get()) == 0, "chdir");
  }

 private:
  Fd root_;
  Fd here_;
};

/// Leaves a chroot: entering a mount namespace, even the one that the process is in, makes that one's / the process's.
Standpoint enter_namespace_root() {
  const Fd self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  check(self && setns(self.get(), CLONE_NEWNS) == 0, "setns (Linux 5.8 or newer is needed)");
  return {};
}

/// The directory around the root, which is the working directory.
struct Enclosure {
  OpenDirectory directory;
  std::string root;  ///< its name there
};

/// Whatever runs in the root may chroot(), and so gets to where the root is, but no further: nothing else may be there.
Enclosure enclosure_of_root() {
  OpenDirectory around("..");
  const Fd root(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::vector<std::string> names = names_in(around.fd(), "the directory around the root");
  if (!root || names.size() != 1 || !around.has(root.get(), names.front())) {
    throw Error(
        "cannot isolate the root: there is something beside it in its directory: " + printable(join(names, ", ")),
        "a scriptlet must have put it there");
  }
  return {std::move(around), names.front()};
}

/// Opens packages through mounts that begin where each of them is: /proc/self/fd has the end of a path, and not the way
/// to it on the host.
std::vector<Fd> open_packages(const std::vector<rpm::VerifiedFile>& files) {
  std::vector<Fd> packages;
  fs::path place;
  Fd mounted;
  for (const rpm::VerifiedFile& file : files) {
    if (!mounted || file.path.parent_path() != place) {
      place = file.path.parent_path();
      mounted = Fd(open_tree(AT_FDCWD, place.c_str(), AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
      check(static_cast<bool>(mounted), "open_tree '" + place.string() + "'");
    }
    packages.push_back(file.open_in(mounted.get()));
  }
  return packages;
}

/// In a scratch layer: what is mounted later needs directories.
void make_mount_points(int root) {
  for (const char* name : {"proc", "dev"}) {
    const bool made = mkdirat(root, name, 0755) == 0;
    check(made || errno == EEXIST, std::string("mkdir /") + name);
  }
}

/// Makes a copy of the mount that the root is in the only one, after opening the packages through mounts that are
/// read-only in this namespace: not even /proc/self/fd can give them back writable. Paths are the caller's, but what is
/// mounted and what becomes / is the whole namespace's: in a chroot, the host's own mounts would stay above the new
/// root otherwise, and whoever may chroot() could climb to them. The root itself is no mount, but a directory of one,
/// and / by chroot(): so /proc/self/mountinfo, which lists what can be reached, tells nobody where it is on the host.
/// Container engines leave chroot() out where they give no CAP_SYS_CHROOT, to user namespaces, too: then the root is
/// the mount, and mountinfo has its path in the container.
std::vector<Fd> change_root(const SandboxSpec& spec) {
  const Standpoint callers;
  const Standpoint whole = enter_namespace_root();
  const bool may_chroot = chroot("/") == 0;  // where it is already
  check(may_chroot || errno == EPERM, "chroot");
  check(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount /");
  callers.take();
  Enclosure around = enclosure_of_root();
  if (spec.discard_changes) around.directory = mount_scratch_layer(around.directory, spec.limits.memory);
  const std::string mounted = may_chroot ? "." : around.root;
  const Fd under(openat(around.directory.fd(), mounted.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  check(static_cast<bool>(under), "open");
  const Fd top(open_tree(under.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  check(static_cast<bool>(top), "open_tree");
  const std::string below = may_chroot ? around.root : ".";
  const Fd root(openat(top.get(), below.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  check(static_cast<bool>(root), "open");
  if (spec.discard_changes) make_mount_points(root.get());
  set_mount_attributes(top.get(), "", AT_EMPTY_PATH, MOUNT_ATTR_NODEV);
  set_mount_attributes(whole.root(), "", AT_EMPTY_PATH | AT_RECURSIVE, MOUNT_ATTR_RDONLY);

  set_resource_limits(spec.packages.size());
  std::vector<Fd> packages = open_packages(spec.packages);

  constexpr unsigned by_descriptor = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  check(move_mount(top.get(), "", under.get(), "", by_descriptor) == 0, "move_mount");
  whole.take();
  check(fchdir(top.get()) == 0, "chdir");
  check(syscall(SYS_pivot_root, ".", ".") == 0, "pivot_root");
  if (may_chroot) check(fchdir(root.get()) == 0 && chroot(".") == 0 && fchdir(top.get()) == 0, "chroot");
  return packages;
}

/// After change_root(), the old root is still mounted over the new one, and is the working directory: in a user
/// namespace, the kernel allows a new procfs only while there is one already.
void detach_old_root() {
  check(umount2(".", MNT_DETACH) == 0, "umount2");
  check(chdir("/") == 0, "chdir");
}

Fd open_mount_point(const char* path) {
  Fd dir(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!dir) throw system_error(std::string("cannot use ") + path + " of the root as a mount point");
  return dir;
}

Fd open_cover(const char* path) {
  Fd dir(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
  check(static_cast<bool>(dir), std::string("open ") + path);
  return dir;
}

/// A procfs of the pid namespace without what tells of, or changes, the host. The paths are those that container
/// runtimes mask (OCI runtime-spec, config-linux.md: maskedPaths, readonlyPaths), and what tells root of the host's
/// memory and devices. In a container whose own procfs is masked, the kernel allows a user namespace no new one:
/// `callers` then serves, whose processes can be seen.
void mount_proc(const Fd& callers) {
  constexpr unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (mount("proc", "/proc", "proc", flags, nullptr) != 0) {
    check(errno == EPERM && callers, "mount /proc");
    check(move_mount(callers.get(), "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH) == 0, "mount /proc");
  }
  for (const char* path : {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}) {
    if (access(path, F_OK) != 0) continue;
    mount_or_throw(path, path, nullptr, MS_BIND);
    mount_or_throw(nullptr, path, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | flags);
  }
  for (const char* path :
       {"/proc/acpi", "/proc/asound", "/proc/scsi", "/proc/kcore", "/proc/keys", "/proc/kmsg", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/timer_list", "/proc/key-users", "/proc/interrupts", "/proc/kpagecount",
        "/proc/kpageflags", "/proc/kpagecgroup", "/proc/slabinfo", "/proc/vmallocinfo", "/proc/pagetypeinfo",
        "/proc/iomem", "/proc/ioports"}) {
    struct stat info {};
    if (stat(path, &info) != 0) continue;
    if (S_ISDIR(info.st_mode)) {
      mount_or_throw("tmpfs", path, "tmpfs", flags | MS_RDONLY);
    } else {
      mount_or_throw("/dev/null", path, nullptr, MS_BIND);
    }
  }
}

struct Device {
  const char* name;
  unsigned minor;  // of major 1, "mem" (Documentation/admin-guide/devices.txt of Linux)
};
constexpr std::array<Device, 5> devices{{{"null", 3}, {"zero", 5}, {"full", 7}, {"random", 8}, {"urandom", 9}}};

/// In a user namespace devices cannot be made, only borrowed: opened before the root changes, they are mounted over.
std::array<Fd, devices.size()> open_host_devices() {
  std::array<Fd, devices.size()> borrowed;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const std::string path = std::string("/dev/") + devices.at(i).name;
    borrowed.at(i) = Fd(open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  }
  return borrowed;
}

void make_device(const Device& device, const Fd& borrowed) {
  const std::string path = std::string("/dev/") + device.name;
  if (mknod(path.c_str(), S_IFCHR | 0666, makedev(1, device.minor)) == 0) return;
  check(errno == EPERM && borrowed, "mknod " + path);
  struct stat info {};
  check(fstat(borrowed.get(), &info) == 0, "stat " + path);
  if (!S_ISCHR(info.st_mode) || info.st_rdev != makedev(1, device.minor)) {
    throw Error("cannot isolate the root: " + path + " of this system is not the device that it should be",
                fmt::format("make it anew, as root: rm {0}; mknod -m 666 {0} c 1 {1}", path, device.minor));
  }
  check(mknod(path.c_str(), S_IFREG | 0666, 0) == 0, "mknod " + path);
  set_mount_attributes(borrowed.get(), "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY);
  check(move_mount(borrowed.get(), "", AT_FDCWD, path.c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0, "mount " + path);
}

void mount_dev(const std::array<Fd, devices.size()>& borrowed) {
  mount_or_throw("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=1m");
  const mode_t mask = umask(0);
  for (std::size_t i = 0; i < devices.size(); ++i) make_device(devices.at(i), borrowed.at(i));
  umask(mask);
  constexpr std::array<std::array<const char*, 2>, 4> links{{{"/proc/self/fd", "/dev/fd"},
                                                             {"/proc/self/fd/0", "/dev/stdin"},
                                                             {"/proc/self/fd/1", "/dev/stdout"},
                                                             {"/proc/self/fd/2", "/dev/stderr"}}};
  for (const auto& [target, name] : links) check(symlink(target, name) == 0, std::string("symlink ") + name);
}

/// Answer to systemd's programs, and to others that ask like them: no system runs here. systemctl then does what can be
/// done to files (enable, preset) and passes over the rest; udevadm and others do nothing.
constexpr std::array<std::array<const char*, 2>, 3> offline_environment{
    {{"SYSTEMD_OFFLINE", "1"}, {"SYSTEMD_IN_CHROOT", "1"}, {"container", "oci"}}};

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);  // fails for a few, which is fine
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Gives the machine the name that it has in every build. Where a container's seccomp profile refuses that: the name
/// that stays.
std::string set_host_name() {
  static constexpr std::string_view name = "rootlet";
  if (sethostname(name.data(), name.size()) == 0 && setdomainname("", 0) == 0) return {};
  check(errno == EPERM, "sethostname");
  utsname names{};
  check(uname(&names) == 0, "uname");
  return names.nodename == name ? std::string() : names.nodename;
}

/// Where the only id that there is is root's: makes it another one's, in a user namespace of its own.
void become_only(const RootUsers::Identity& identity) {
  if (identity.uid == 0 && identity.gid == 0) return;
  const Standpoint root;
  enter_namespace_root();  // nobody in a chroot may make a user namespace
  check(unshare(CLONE_NEWUSER) == 0, "unshare");
  root.take();
  const auto put = [](const char* name, const std::string& text) {
    write_all(Fd(open(name, O_WRONLY | O_CLOEXEC)).get(), text, name);
  };
  put("/proc/self/setgroups", "deny");
  put("/proc/self/uid_map", std::to_string(identity.uid) + " 0 1");
  put("/proc/self/gid_map", std::to_string(identity.gid) + " 0 1");
}

/// uname(2) of a 32-bit system on a 64-bit one names the machine as a 32-bit one. (A processor that runs no 32-bit
/// programs has no such domain; what emulates them knows the machine's name.)
void set_personality(const std::string& arch) {
  const Architecture* known = find_architecture(arch);
  const bool narrow = known != nullptr && (known->oci == "386" || known->oci == "arm");
  if (narrow && personality(PER_LINUX32) >= 0) return;
  check(personality(PER_LINUX) >= 0, "personality");
}

}  // namespace

void unshare_namespaces() {
  constexpr int namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP;
  check(unshare(namespaces) == 0, "unshare");
}

Inside enter_root(const SandboxSpec& spec, int channel, Fd covers, int payloads) {
  reset_signals();
  require_capabilities();
  const auto borrowed = open_host_devices();
  const Fd callers_proc(open_tree(AT_FDCWD, "/proc", AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  std::vector<Fd> packages = change_root(spec);
  Inside inside;
  inside.proc_underneath = open_mount_point("/proc");
  inside.dev_underneath = open_mount_point("/dev");
  mount_dev(borrowed);
  mount_proc(callers_proc);
  detach_old_root();
  inside.covers = CoverRequests(std::move(covers));
  const Fd proc = open_cover("/proc");
  const Fd dev = open_cover("/dev");
  inside.covers.hand_over({{proc.get(), inside.proc_underneath.get()}, {dev.get(), inside.dev_underneath.get()}});

  inside.foreign_host_name = set_host_name();
  // Not the session keyring of whoever called; fails only where the kernel has no keyrings.
  syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  setgroups(0, nullptr);  // fails only in a user namespace, where it had no say anyway
  umask(022);
  clearenv();
  for (const auto& [name, value] : offline_environment) setenv(name, value, 1);
  for (const auto& [name, value] : spec.env) setenv(name.c_str(), value.c_str(), 1);

  std::vector<int> keep{inside.proc_underneath.get(), inside.dev_underneath.get(), inside.covers.socket(), channel};
  for (Fd& package : packages) inside.packages.push_back(package.release());
  keep.insert(keep.end(), inside.packages.begin(), inside.packages.end());
  if (payloads >= 0) keep.push_back(payloads);
  arrange_descriptors(keep);
  inside.channel = channel;
  inside.payloads = payloads;
  set_personality(spec.arch);
  if (!spec.only_user.empty()) become_only(RootUsers().identity(spec.only_user));
  drop_capabilities(spec.loopback);
  if (spec.traced != Traced::nothing) inside.covers.have_traced();
  if (spec.traced == Traced::files) stop_at_file_calls();
  limit_system_calls();
  return inside;
}

}  // namespace rootlet::rootfs
