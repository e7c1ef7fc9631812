#include "spool.hpp"

#include <unistd.h>

#include "rootlet/base/error.hpp"

namespace rootlet::target {
namespace {

/// A file may have several names and be asked for as different things.
std::string bytes_of(const Kept& kept, const Wish& wish) {
  if (kept.file().empty()) return kept.bytes();
  if (fs::file_size(kept.file()) > largest_kept) too_large(wish.path, wish.use);
  return read_file(kept.file());
}

void give_name(const Kept& kept, const fs::path& name) {
  if (kept.file().empty()) return write_file(name, kept.bytes(), 0600);
  if (link(kept.file().c_str(), name.c_str()) != 0) throw system_error("cannot write '" + name.string() + "'");
}

}  // namespace

void put(const Wish& wish, const Kept& kept, Spooler& spooler, Tree& tree) {
  const fs::path path = wish.path;
  switch (wish.use) {
    case Use::content: tree.files.contents[wish.path] = bytes_of(kept, wish); return;
    case Use::database:
      tree.spool.database = spooler.path() / "rpm";
      tree.spool.database_path = path.parent_path().string();
      make_dirs(tree.spool.database);
      give_name(kept, tree.spool.database / path.filename());
      return;
    case Use::history:
      give_name(kept, spooler.path() / path.filename());
      if (path.extension() == ".sqlite") {
        tree.spool.history = spooler.path() / path.filename();
        tree.spool.history_path = wish.path;
      }
      return;
  }
}

}  // namespace rootlet::target
