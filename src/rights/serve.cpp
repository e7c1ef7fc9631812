#include "serve.hpp"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <vector>

#include "caller.hpp"
#include "made.hpp"
#include "owner_calls.hpp"
#include "owners.hpp"
#include "refused_ids.hpp"
#include "reply.hpp"
#include "rootlet/error.hpp"
#include "shown.hpp"

namespace rootlet::rights {
namespace {

/// Linux 6.6; others refuse it, and are only slower.
constexpr unsigned long set_listener_flags = _IOW('!', 4, std::uint64_t);
constexpr std::uint64_t wake_up_synchronously = 1;

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

class Server {
 public:
  Server(int listener, RefusedIds& refused)
      : listener_(listener), refused_(refused), proc_(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!proc_) throw system_error("cannot emulate owners of files: cannot open '/proc'");
    seccomp_notif_sizes sizes{};
    if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0) {
      throw system_error("cannot emulate owners of files: seccomp");
    }
    call_.resize(std::max<std::size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)));
    response_.resize(std::max<std::size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
    ioctl(listener_, set_listener_flags, wake_up_synchronously);
  }

  /// False when nobody is left.
  bool serve_one() {
    std::fill(call_.begin(), call_.end(), std::byte{0});
    auto& call = *reinterpret_cast<seccomp_notif*>(call_.data());
    if (ioctl(listener_, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) {
      if (errno == EINTR) return true;
      if (errno == ENOENT) return somebody_is_left();  // the caller is gone
      throw system_error("cannot emulate owners of files: cannot receive a system call");
    }
    const Reply reply = reply_to(call);
    std::fill(response_.begin(), response_.end(), std::byte{0});
    auto& response = *reinterpret_cast<seccomp_notif_resp*>(response_.data());
    response.id = call.id;
    response.error = -reply.error;
    response.val = reply.error == 0 ? reply.value : 0;
    response.flags = reply.by_kernel ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
    if (ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, &response) != 0 && errno != ENOENT && errno != EINTR) {
      throw system_error("cannot emulate owners of files: cannot answer a system call");
    }
    return true;
  }

 private:
  [[nodiscard]] bool somebody_is_left() const {
    pollfd state{listener_, POLLIN, 0};
    return poll(&state, 1, 0) < 0 || (state.revents & POLLHUP) == 0;
  }

  Reply reply_to(const seccomp_notif& notification) {
    const OwnerCall* call = find_call(notification.data.arch, notification.data.nr);
    if (call == nullptr) return {ENOSYS};
    switch (call->does) {
      case OwnerCall::Does::give: return {give(*call, Caller(proc_.get(), listener_, notification))};
      case OwnerCall::Does::become: return become(*call, notification);
      case OwnerCall::Does::set_groups: return {};
      case OwnerCall::Does::make_directory:
      case OwnerCall::Does::make_node:
      case OwnerCall::Does::make_link:
      case OwnerCall::Does::make_file: return make(*call, Caller(proc_.get(), listener_, notification), owners_);
      default:
        if (owners_.empty()) return as_kernel_says;
        return show_owner(*call, Caller(proc_.get(), listener_, notification));
    }
  }

  static std::uint32_t id_at(const OwnerCall& call, std::uint64_t argument) {
    constexpr std::uint16_t short_same = 0xffff;
    if (call.short_ids && static_cast<std::uint16_t>(argument) == short_same) return same;
    return call.short_ids ? static_cast<std::uint16_t>(argument) : static_cast<std::uint32_t>(argument);
  }

  /// As the kernel does it for root, all files being of one id for it: bits of a mode and capabilities are lost.
  int give(const OwnerCall& call, const Caller& caller) {
    constexpr unsigned known_flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    if (call.flags != none && (static_cast<unsigned>(caller.argument(call.flags)) & ~known_flags) != 0) return EINVAL;
    Fd file = open_file(call, caller);
    if (!file) return errno;
    const std::uint32_t user = id_at(call, caller.argument(call.value));
    const std::uint32_t group = id_at(call, caller.argument(call.value + 1));
    if (fchownat(file.get(), "", user == same ? same : 0, group == same ? same : 0, AT_EMPTY_PATH) != 0) {
      return errno;
    }
    struct stat info {};
    if (fstat(file.get(), &info) != 0) return errno;
    Owner owner = owners_.of(info).value_or(Owner{});
    if (user != same) owner.user = user;
    if (group != same) owner.group = group;
    owners_.give(info, std::move(file), owner);
    return 0;
  }

  /// Files that cannot be found, or have no record, are shown, or refused, by the kernel.
  Reply show_owner(const OwnerCall& call, const Caller& caller) {
    const Fd file = open_file(call, caller);
    struct stat info {};
    if (!file || fstat(file.get(), &info) != 0) return as_kernel_says;
    const std::optional<Owner> owner = owners_.of(info);
    if (!owner) return as_kernel_says;
    return {show(call, caller, file.get(), info, *owner)};
  }

  /// The kernel refuses ids that do not exist here; that somebody wanted one is remembered.
  Reply become(const OwnerCall& call, const seccomp_notif& notification) {
    for (int i = 0; i < call.ids; ++i) {
      const std::uint32_t id = id_at(call, notification.data.args[i]);
      if (id != 0 && id != same) refused_.note(id);
    }
    return as_kernel_says;
  }

  static Fd open_file(const OwnerCall& call, const Caller& caller) {
    Fd file = caller.open_file(call);
    if (!file && (errno == EMFILE || errno == ENFILE)) {
      throw Error("cannot emulate owners of files: too many of them do not belong to root for the limit of open files",
                  "raise it: ulimit -Hn 1000000");
    }
    return file;
  }

  static constexpr std::uint32_t same = 0xffffffff;

  int listener_;
  RefusedIds& refused_;
  Fd proc_;
  std::vector<std::byte> call_;
  std::vector<std::byte> response_;
  OwnerTable owners_;
};

}  // namespace

void serve_owner_calls(int listener, RefusedIds& refused) {
  if (unshare(CLONE_FS) != 0) throw system_error("cannot emulate owners of files: unshare");
  raise_descriptor_limit();
  Server server(listener, refused);
  while (server.serve_one()) {
  }
}

}  // namespace rootlet::rights
