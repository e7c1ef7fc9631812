#pragma once

#include <sys/stat.h>

#include <map>
#include <optional>
#include <utility>

#include "base/fs.hpp"

namespace rootlet::rights {

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
};

/// The owners that files were given. A file of a record is kept open: while it is, no other file gets its number, even
/// where the file is removed. (Times of birth and generations would not do: the first are too coarse for a file that
/// takes a number over at once, the second not known of all file systems.)
class OwnerTable {
 public:
  [[nodiscard]] bool empty() const noexcept { return records_.empty(); }

  /// Whether some directory was given to a group, which its files may get.
  [[nodiscard]] bool may_be_inherited() const noexcept { return may_be_inherited_; }

  /// Nothing where it was given to nobody but root.
  [[nodiscard]] std::optional<Owner> of(const struct stat& file) const;

  /// `file` is opened with O_PATH.
  void give(const struct stat& info, Fd file, Owner owner);

 private:
  using Key = std::pair<dev_t, ino_t>;
  struct Record {
    Owner owner;
    Fd pin;
    bool had_name;  ///< or is one that will be linked to a name (O_TMPFILE)
  };

  /// Forgets files that lost their name: they get none again.
  void forget_removed();

  std::map<Key, Record> records_;
  bool may_be_inherited_ = false;
  std::size_t sweep_at_ = 1024;
};

}  // namespace rootlet::rights
