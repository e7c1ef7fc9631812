#include "rpm/import.hpp"

#include <fcntl.h>
#include <rpm/rpmts.h>

#include "rootlet/error.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

using Transaction = Handle<std::remove_pointer_t<rpmtxn>, rpmtxnEnd>;

[[noreturn]] void refuse(Session& session) {
  throw Error("cannot write the RPM database of the base anew: " +
              errors_in(session.take_log(), "librpm gave no reason"));
}

}  // namespace

void import_headers(const std::vector<std::string>& headers, const std::string& dbpath) {
  Session session;
  define_macro("_dbpath", dbpath);
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  {
    const Transaction transaction(rpmtxnBegin(ts.get(), RPMTXN_WRITE));
    if (!transaction) refuse(session);
    for (std::string bytes : headers) {
      const HeaderHandle header(headerImport(bytes.data(), static_cast<unsigned>(bytes.size()), HEADERIMPORT_COPY));
      if (!header || rpmtsImportHeader(transaction.get(), header.get(), 0) != RPMRC_OK) refuse(session);
    }
  }
  if (rpmtsCloseDB(ts.get()) != 0) refuse(session);
}

}  // namespace rootlet::rpm
