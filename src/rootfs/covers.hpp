#pragma once

#include <vector>

#include "base/fs.hpp"

namespace rootlet::rootfs {

/// Something mounted over a directory of the root (/proc, /dev), by open directories that are not owned: the mount's
/// root, and the root's own directory underneath.
struct Cover {
  int mounted = -1;
  int underneath = -1;
};

/// Inside the sandbox, which may not mount: asks the keeper for it.
class CoverRequests {
 public:
  CoverRequests() = default;
  explicit CoverRequests(Fd socket) : socket_(std::move(socket)) {}
  [[nodiscard]] int socket() const { return socket_.get(); }

  /// Hands all covers to the keeper. Once, before anything else.
  void hand_over(const std::vector<Cover>& covers) const;
  /// Takes all covers away, or puts them back. Error: the keeper could not, or is gone.
  void take_away() const;
  /// Asks who keeps them to trace this process: see trace_programs(). Error: it cannot.
  void have_traced() const;
  void put_back() const;

 private:
  void ask(char request) const;
  Fd socket_;
};

/// Outside, in the same mount namespace and with the rights that the inside has given up: does what is asked until the
/// other end of `socket` is closed. A cover goes and comes with all that is mounted in it.
void keep_covers(Fd socket);

}  // namespace rootlet::rootfs
