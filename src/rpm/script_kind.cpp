#include "script_kind.hpp"

#include <rpm/rpmds.h>
#include <rpm/rpmtag.h>

#include <algorithm>
#include <array>

#include "dependencies.hpp"

namespace rootlet::rpm {
namespace {

struct TriggerKind {
  rpmTagVal tag;        ///< the callback's
  rpmsenseFlags sense;  ///< mark of a package's triggers of the kind
  const char* name;     ///< librpm has none
};

constexpr std::array<TriggerKind, 4> trigger_kinds{{{RPMTAG_TRIGGERPREIN, RPMSENSE_TRIGGERPREIN, "triggerprein"},
                                                    {RPMTAG_TRIGGERIN, RPMSENSE_TRIGGERIN, "triggerin"},
                                                    {RPMTAG_TRIGGERUN, RPMSENSE_TRIGGERUN, "triggerun"},
                                                    {RPMTAG_TRIGGERPOSTUN, RPMSENSE_TRIGGERPOSTUN, "triggerpostun"}}};

/// "%posttrans" of RPMTAG_POSTTRANS: librpm names kinds that this source does not know, too.
std::string scriptlet_name(rpmTagVal tag) {
  if (tag == RPMTAG_PREIN) return "%pre";
  if (tag == RPMTAG_POSTIN) return "%post";
  std::string name = "%" + copied(rpmTagGetName(tag));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

/// triggers: the tag of those on packages, or on files.
bool has_trigger(Header header, rpmTagVal triggers, rpmsenseFlags sense) {
  const Dependencies all(header == nullptr ? nullptr : rpmdsNew(header, triggers, 0));
  for (rpmds one = rpmdsInit(all.get()); rpmdsNext(one) >= 0;) {
    if ((rpmdsFlags(one) & sense) != 0) return true;
  }
  return false;
}

}  // namespace

std::string script_kind(rpmte element, rpmTagVal tag, Header owner, bool unpacking,
                        const std::vector<Session::Message>& said) {
  const auto kind =
      std::find_if(trigger_kinds.begin(), trigger_kinds.end(), [&](const TriggerKind& one) { return one.tag == tag; });
  if (kind == trigger_kinds.end()) return scriptlet_name(tag);
  const std::string name = kind->name;
  // A package's own triggers on packages that are there already come with its element, all others with one made for
  // them.
  if (rpmteType(element) != TR_RPMDB) return "%" + name;
  if (!unpacking) return "%transfile" + name;
  if (!has_trigger(owner, RPMTAG_FILETRIGGERNAME, kind->sense)) return "%" + name;
  if (!has_trigger(owner, RPMTAG_TRIGGERNAME, kind->sense)) return "%file" + name;
  const std::string start = "%file" + name + "(";
  const bool of_files = std::any_of(said.begin(), said.end(), [&](const Session::Message& message) {
    return message.text.find(start) != std::string::npos;
  });
  return (of_files ? "%file" : "%") + name;
}

}  // namespace rootlet::rpm
