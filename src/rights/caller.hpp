#pragma once

#include <linux/seccomp.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/fs.hpp"
#include "owner_calls.hpp"

namespace rootlet::rights {

/// The thread that waits for the answer to a system call, seen from the process that serves it.
class Caller {
 public:
  /// `proc`: /proc, `listener`: where the call came from.
  Caller(int proc, int listener, const seccomp_notif& call) : proc_(proc), listener_(listener), call_(call) {}

  /// The file that the call is about, found as the caller would find it: beneath its root, from its directory. Nothing
  /// where there is none, errno telling why.
  [[nodiscard]] Fd open_file(const OwnerCall& call) const;

  /// Where the file that the call makes will be. Nothing where that is nowhere, errno telling why.
  struct Place {
    Fd directory;
    std::string name;
  };
  [[nodiscard]] std::optional<Place> place_of_new_file(const OwnerCall& call) const;
  /// Text in its memory, such as a path. Nothing, and errno, where there is none.
  [[nodiscard]] std::optional<std::string> text_at(std::uint64_t address) const;
  [[nodiscard]] mode_t umask() const;
  /// A file that this process, not the caller, has open, once more with O_PATH.
  [[nodiscard]] Fd open_own(const Fd& file) const;
  /// Gives it an open file; the number that it has there, -1 where that is impossible, errno telling why.
  [[nodiscard]] int give(const Fd& file, bool close_on_exec) const;

  /// False where the caller has no such memory.
  [[nodiscard]] bool write(std::uint64_t address, const void* bytes, std::size_t size) const;

  [[nodiscard]] std::uint64_t argument(int place) const { return call_.data.args[place]; }

 private:
  /// Whether it still waits: another thread may have its number otherwise.
  [[nodiscard]] bool waits() const;
  [[nodiscard]] int directory_of(const OwnerCall& call) const;
  [[nodiscard]] Fd open_descriptor(int number) const;
  /// `name`: of a link in the caller's directory in /proc.
  [[nodiscard]] Fd open_link(const std::string& name) const;
  [[nodiscard]] bool enter(const Fd& root) const;
  [[nodiscard]] Fd open_path(int directory, const std::string& path, bool follows) const;

  int proc_;
  int listener_;
  const seccomp_notif& call_;
};

}  // namespace rootlet::rights
