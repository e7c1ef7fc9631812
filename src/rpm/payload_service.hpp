#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "rpm/open_package.hpp"

namespace rootlet::rpm {

/// Decompresses payloads for a PayloadClient at the other end of the socket until that is gone. For a process of its
/// own, as librpm's forks for each scriptlet: threads would slow that down, and be slowed down by it. Needs no rights
/// but to read what it is handed, memory and threads.
void serve_payloads(int socket);

/// Asks the one who serves. Where there is none, or it is gone, librpm decompresses payloads itself.
class PayloadClient {
 public:
  /// The packages in the order in which they will be opened. `socket`: not owned; -1: nobody serves.
  PayloadClient(int socket, const std::vector<OpenPackage>& packages);

  /// The package at this place, to be read from its beginning (PayloadsAhead::open()). Nothing: its file has to be
  /// read. What was opened before must be closed.
  Fd open(std::size_t place);
  /// Why its payload cannot be decompressed; empty: it can, or nobody knows.
  std::string problem(std::size_t place);

 private:
  bool ask(char what, std::size_t place);
  int socket_;
};

}  // namespace rootlet::rpm
