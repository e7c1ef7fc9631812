#include <rpm/rpmlog.h>

#include "input.hpp"
#include "rpm/accounts.hpp"
#include "rpm/database_wire.hpp"
#include "rpm/needs.hpp"
#include "rpm/record.hpp"
#include "rpm/session.hpp"

namespace {

using namespace rootlet;

rpm::HeaderHandle header_of(std::string blob) {
  if (blob.empty()) return nullptr;
  return rpm::HeaderHandle(headerImport(blob.data(), static_cast<unsigned>(blob.size()), HEADERIMPORT_COPY));
}

}  // namespace

/// Headers as databases hold them, by way of librpm: all that is kept of them, and what they need of each other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rpm::Session session;
  const rpm::HeaderHandle header = header_of({reinterpret_cast<const char*>(data), size});
  rpmlogClose();  // librpm keeps all that it said
  if (!header) return 0;
  const rpm::Strings strings(rpmstrPoolCreate());
  rpm::InstalledSet set;
  set.packages.push_back(rpm::read_record(header.get(), strings.get(), true).package);
  static_cast<void>(rpm::accounts_of(header.get(), true));
  static_cast<void>(rpm::needs_of({header.get(), header.get()}));
  const std::string bytes = rpm::packed(set);
  if (rpm::packed(rpm::unpacked(bytes)) != bytes) std::abort();
  return 0;
}
