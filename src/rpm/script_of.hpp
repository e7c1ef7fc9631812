#pragma once

#include <rpm/rpmte.h>

#include <string>
#include <vector>

#include "session.hpp"

namespace rootlet::rpm {

/// A scriptlet or trigger as spec files call it, and the package that it belongs to.
struct Script {
  std::string phase;    ///< "%post", "%transfiletriggerin"
  std::string package;  ///< as librpm names it: "bash-5.1-2.el9.x86_64"
};

/// Which one librpm's callback tells of. librpm hands over the package that sets a trigger off, or the one that has it,
/// and has one tag for triggers on packages and on files.
/// element, tag: the callback's. unpacking: between the callbacks that open and close a package's file; triggers on the
/// files of the whole transaction run after that. headers: of all packages of the transaction. said: what librpm logged
/// while it ran; looked at only where several packages have a trigger that it can be.
Script script_of(rpmte element, rpmTagVal tag, bool unpacking, const std::vector<Header>& headers,
                 const std::vector<Session::Message>& said);

}  // namespace rootlet::rpm
