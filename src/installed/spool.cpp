#include "spool.hpp"

#include <unistd.h>

#include "root/beneath.hpp"
#include "rootlet/error.hpp"

namespace rootlet::installed {
namespace {

using root::Kept;
using root::Spooler;
using root::Use;

/// A file may have several names and be asked for as different things.
std::string bytes_of(const Kept& kept, const Wish& wish) {
  if (kept.file().empty()) return kept.bytes();
  if (fs::file_size(kept.file()) > root::largest_read) root::too_large(wish.path, wish.use);
  return read_file(kept.file());
}

void give_name(const Kept& kept, const fs::path& name) {
  if (kept.file().empty()) return write_file(name, kept.bytes(), 0600);
  if (link(kept.file().c_str(), name.c_str()) != 0) throw system_error("cannot write '" + name.string() + "'");
}

/// The one that a file belongs to.
const SpooledDatabase& database_of(const fs::path& file, Spooler& spooler, std::vector<SpooledDatabase>& databases) {
  const std::string place = file.parent_path().string();
  const std::string main(database_file(file.filename().string()));
  for (const SpooledDatabase& known : databases) {
    if (known.place == place && known.file == main) return known;
  }
  const fs::path directory = spooler.path() / ("rpm" + std::to_string(databases.size()));
  databases.push_back({directory, main, place});
  return databases.back();
}

}  // namespace

void put(const Wish& wish, const Kept& kept, Spooler& spooler, Tree& tree) {
  const fs::path path = wish.path;
  switch (wish.use) {
    case Use::content:
    case Use::document: tree.files.contents[wish.path] = bytes_of(kept, wish); return;
    case Use::database: {
      const SpooledDatabase& database = database_of(path, spooler, tree.spool.databases);
      make_dirs(database.directory);
      give_name(kept, database.directory / path.filename());
      return;
    }
    case Use::history:
      give_name(kept, spooler.path() / path.filename());
      if (path.extension() == ".sqlite") {
        tree.spool.history = spooler.path() / path.filename();
        tree.spool.history_path = wish.path;
      }
      return;
    case Use::copy: return;  // nobody wishes for one
  }
}

}  // namespace rootlet::installed
