#include "covers.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/descriptors.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

constexpr char request_away = 'a';
constexpr char request_back = 'b';
constexpr char done = 'd';

struct KeptCover {
  Fd mounted;
  Fd underneath;
};

/// A mount that nothing hangs on, of what is mounted at `cover`. That one is gone.
Fd detached(const Fd& cover) {
  Fd copy(open_tree(cover.get(), "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  const bool gone = copy && fchdir(cover.get()) == 0 && umount2(".", MNT_DETACH) == 0;
  if (chdir("/") != 0 || !gone) return {};
  return copy;
}

bool carry_out(char request, std::vector<KeptCover>& covers) {
  for (KeptCover& cover : covers) {
    if (request == request_away) {
      cover.mounted = detached(cover.mounted);
      if (!cover.mounted) return false;
    } else if (move_mount(cover.mounted.get(), "", cover.underneath.get(), "",
                          MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

void CoverRequests::hand_over(const std::vector<Cover>& covers) const {
  std::vector<int> descriptors;
  for (const Cover& cover : covers) {
    descriptors.push_back(cover.mounted);
    descriptors.push_back(cover.underneath);
  }
  send_descriptors(socket_.get(), descriptors);
}

void CoverRequests::take_away() const { ask(request_away); }
void CoverRequests::put_back() const { ask(request_back); }

void CoverRequests::ask(char request) const {
  char answer = 0;
  ssize_t got = send(socket_.get(), &request, 1, MSG_NOSIGNAL);
  while (got == 1 && (got = recv(socket_.get(), &answer, 1, 0)) < 0 && errno == EINTR) {
  }
  if (got != 1 || answer != done) throw Error("cannot mount or unmount /proc and /dev while packages are installed");
}

void CoverRequests::have_traced() const {
  char byte = 0;
  if (send(socket_.get(), &byte, 1, MSG_NOSIGNAL) != 1 || recv(socket_.get(), &byte, 1, 0) != 1) {
    throw Error("cannot trace the programs of a test");
  }
}

void keep_covers(Fd socket) {
  std::vector<Fd> descriptors = receive_descriptors(socket.get());
  std::vector<KeptCover> covers;
  for (std::size_t i = 0; i + 1 < descriptors.size(); i += 2) {
    covers.push_back({std::move(descriptors[i]), std::move(descriptors[i + 1])});
  }
  char request = 0;
  while (!covers.empty()) {
    const ssize_t got = recv(socket.get(), &request, 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1) return;
    const char answer = carry_out(request, covers) ? done : '\0';
    if (send(socket.get(), &answer, 1, MSG_NOSIGNAL) != 1 || answer != done) return;
  }
}

}  // namespace rootlet::rootfs
