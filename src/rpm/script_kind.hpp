#pragma once

#include <rpm/rpmte.h>

#include <string>
#include <vector>

#include "session.hpp"

namespace rootlet::rpm {

/// Name in spec files of the scriptlet or trigger that librpm's callback tells of: "%post", "%transfiletriggerin".
/// librpm has one tag for triggers on packages, on a package's files and on those of the whole transaction. element,
/// tag: the callback's; owner: the header of the element's package, nullptr where it is not known. unpacking: between
/// the callbacks that open and close a package's file; triggers on the whole transaction run after that. said: what
/// librpm logged while it ran; it decides only where a package has triggers of both other kinds.
std::string script_kind(rpmte element, rpmTagVal tag, Header owner, bool unpacking,
                        const std::vector<Session::Message>& said);

}  // namespace rootlet::rpm
