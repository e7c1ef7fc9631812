#include "caller.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string_view>

namespace rootlet::rights {
namespace {

constexpr std::size_t page = 4096;

/// Of a path that leads through one of the caller's descriptors, the descriptor and the rest. Such links are found by
/// name, because the kernel would follow those of the process that resolves them.
struct ThroughDescriptor {
  int number;
  std::string rest;
};

std::optional<ThroughDescriptor> through_descriptor(std::string_view path) {
  for (const std::string_view start : {"/proc/self/fd/", "/proc/thread-self/fd/", "/dev/fd/"}) {
    if (!path.starts_with(start)) continue;
    path.remove_prefix(start.size());
    const std::size_t digits = std::min(path.find_first_not_of("0123456789"), path.size());
    if (digits == 0 || digits > 9 || (digits < path.size() && path[digits] != '/')) return std::nullopt;
    const int number = std::stoi(std::string(path.substr(0, digits)));
    path.remove_prefix(std::min(path.find_first_not_of('/', digits), path.size()));
    return ThroughDescriptor{number, std::string(path)};
  }
  return std::nullopt;
}

Fd resolve(int start, const std::string& path, unsigned flags, std::uint64_t how) {
  open_how request{};
  request.flags = flags;
  request.resolve = how | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(syscall(SYS_openat2, start, path.c_str(), &request, sizeof request)));
}

}  // namespace

bool Caller::waits() const { return ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &call_.id) == 0; }

std::optional<std::string> Caller::text_at(std::uint64_t address) const {
  std::array<char, PATH_MAX> bytes{};
  // Bytes up to the end of a page are all there or none is; text may end right before memory that is not there.
  const std::size_t first = std::min(page - address % page, bytes.size());
  const iovec local{bytes.data(), bytes.size()};
  const std::array<iovec, 2> remote{
      {{reinterpret_cast<void*>(address), first}, {reinterpret_cast<void*>(address + first), bytes.size() - first}}};
  const ssize_t got = process_vm_readv(static_cast<pid_t>(call_.pid), &local, 1, remote.data(), remote.size(), 0);
  if (got < 0) return std::nullopt;
  const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
  const std::size_t end = text.find('\0');
  if (end != std::string_view::npos) return std::string(text.substr(0, end));
  errno = text.size() < bytes.size() ? EFAULT : ENAMETOOLONG;
  return std::nullopt;
}

Fd Caller::open_link(const std::string& name) const {
  Fd file(openat(proc_, (std::to_string(call_.pid) + "/" + name).c_str(), O_PATH | O_CLOEXEC));
  if (!file || waits()) return file;
  errno = ESRCH;
  return {};
}

Fd Caller::open_descriptor(int number) const {
  if (number == AT_FDCWD) return open_link("cwd");
  Fd file = open_link("fd/" + std::to_string(number));
  if (!file && errno == ENOENT) errno = EBADF;
  return file;
}

Fd Caller::open_path(int directory, const std::string& path, bool follows) const {
  if (const auto through = through_descriptor(path); through && (follows || !through->rest.empty())) {
    return through->rest.empty() ? open_descriptor(through->number)
                                 : open_path(through->number, through->rest, follows);
  }
  const unsigned flags = O_PATH | O_CLOEXEC | (follows ? 0U : static_cast<unsigned>(O_NOFOLLOW));
  if (path.starts_with('/')) {
    const Fd root = open_link("root");
    return root ? resolve(root.get(), path, flags, RESOLVE_IN_ROOT) : Fd();
  }
  const Fd start = open_descriptor(directory);
  if (!start) return {};
  Fd beneath = resolve(start.get(), path, flags, RESOLVE_BENEATH);
  // It leads up, or through a link from the root: the kernel knows no such start and root, but those of a process.
  if (beneath || (errno != EXDEV && errno != EAGAIN)) return beneath;
  const Fd root = open_link("root");
  if (!root || !enter(root)) return {};
  return resolve(start.get(), path, flags, 0);
}

/// Makes the caller's root that of this thread. A container may not allow chroot(2); then its root is that of its mount
/// namespace (rootfs/isolation.cpp).
bool Caller::enter(const Fd& root) const {
  if (fchdir(root.get()) == 0 && chroot(".") == 0) return true;
  if (errno != EPERM) return false;
  const Fd mounts(openat(proc_, (std::to_string(call_.pid) + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC));
  if (!mounts || !waits()) return false;
  return setns(mounts.get(), CLONE_NEWNS) == 0;
}

int Caller::directory_of(const OwnerCall& call) const {
  return call.directory == none ? AT_FDCWD : static_cast<int>(argument(call.directory));
}

std::optional<Caller::Place> Caller::place_of_new_file(const OwnerCall& call) const {
  auto path = text_at(argument(call.path));
  if (!path) return std::nullopt;
  if (call.does == OwnerCall::Does::make_directory) path->resize(path->find_last_not_of('/') + 1);
  const std::size_t slash = path->rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path->substr(0, slash + 1);
  Place place{open_path(directory_of(call), parent, true), path->substr(slash + 1)};
  if (!place.directory || place.name.empty() || place.name == "." || place.name == "..") return std::nullopt;
  return place;
}

mode_t Caller::umask() const {
  const Fd file(openat(proc_, (std::to_string(call_.pid) + "/status").c_str(), O_RDONLY | O_CLOEXEC));
  constexpr std::string_view mark = "\nUmask:\t";
  std::array<char, 4096> bytes{};
  const ssize_t got = read(file.get(), bytes.data(), bytes.size());
  const std::string text(bytes.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
  const std::size_t found = text.find(mark);
  return found == std::string::npos ? 022 : static_cast<mode_t>(std::strtoul(&text[found + mark.size()], nullptr, 8));
}

Fd Caller::open_own(const Fd& file) const {
  return Fd(openat(proc_, ("self/fd/" + std::to_string(file.get())).c_str(), O_PATH | O_CLOEXEC));
}

int Caller::give(const Fd& file, bool close_on_exec) const {
  seccomp_notif_addfd request{};
  request.id = call_.id;
  request.srcfd = static_cast<std::uint32_t>(file.get());
  request.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
  return ioctl(listener_, SECCOMP_IOCTL_NOTIF_ADDFD, &request);
}

Fd Caller::open_file(const OwnerCall& call) const {
  const int directory = directory_of(call);
  const auto flags = call.flags == none ? 0U : static_cast<unsigned>(argument(call.flags));
  if (call.path == none) return open_descriptor(directory);
  const bool may_be_empty = (flags & AT_EMPTY_PATH) != 0;
  if (may_be_empty && argument(call.path) == 0) return open_descriptor(directory);
  const auto path = text_at(argument(call.path));
  if (!path) return {};
  if (path->empty() && may_be_empty) return open_descriptor(directory);
  return open_path(directory, *path, call.follows && (flags & AT_SYMLINK_NOFOLLOW) == 0);
}

bool Caller::write(std::uint64_t address, const void* bytes, std::size_t size) const {
  if (!waits()) return false;
  const iovec local{const_cast<void*>(bytes), size};
  const iovec remote{reinterpret_cast<void*>(address), size};
  return process_vm_writev(static_cast<pid_t>(call_.pid), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

}  // namespace rootlet::rights
