#include "script_of.hpp"

#include <rpm/rpmds.h>
#include <rpm/rpmtag.h>

#include <algorithm>

#include "dependencies.hpp"

namespace rootlet::rpm {
namespace {

/// What a package's triggers on packages of this kind are marked with; 0 for other scriptlets.
rpmsenseFlags trigger_sense(rpmTagVal tag) {
  switch (tag) {
    case RPMTAG_TRIGGERPREIN: return RPMSENSE_TRIGGERPREIN;
    case RPMTAG_TRIGGERIN: return RPMSENSE_TRIGGERIN;
    case RPMTAG_TRIGGERUN: return RPMSENSE_TRIGGERUN;
    case RPMTAG_TRIGGERPOSTUN: return RPMSENSE_TRIGGERPOSTUN;
    default: return 0;
  }
}

/// "%posttrans" of RPMTAG_POSTTRANS: librpm names kinds that this source does not know, too.
std::string spec_name(rpmTagVal tag) {
  if (tag == RPMTAG_PREIN) return "%pre";
  if (tag == RPMTAG_POSTIN) return "%post";
  std::string name = "%" + copied(rpmTagGetName(tag));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

/// Whether it has a trigger of the kind on `name`; empty: on any package.
bool has_trigger(Header header, rpmsenseFlags sense, const std::string& name) {
  const Dependencies triggers(rpmdsNew(header, RPMTAG_TRIGGERNAME, 0));
  for (rpmds one = rpmdsInit(triggers.get()); rpmdsNext(one) >= 0;) {
    if ((rpmdsFlags(one) & sense) != 0 && (name.empty() || copied(rpmdsN(one)) == name)) return true;
  }
  return false;
}

}  // namespace

Script script_of(rpmte element, rpmTagVal tag, bool unpacking, const std::vector<Header>& headers,
                 const std::vector<Session::Message>& said) {
  Script script{spec_name(tag), copied(rpmteNEVRA(element))};
  const rpmsenseFlags sense = trigger_sense(tag);
  if (sense == 0) return script;
  if (rpmteType(element) == TR_RPMDB) {  // an element of its own, made of the package that has it
    script.phase.insert(1, unpacking ? "file" : "transfile");
    return script;
  }
  // Others' triggers on the package that is being installed, or its own on packages that are there already.
  std::vector<std::string> owners;
  for (Header header : headers) {
    const std::string package = package_name(header);
    const bool own = package == script.package;
    if (has_trigger(header, sense, own ? "" : copied(rpmteN(element)))) owners.push_back(package);
  }
  if (owners.size() == 1) script.package = owners.front();
  for (const std::string& owner : owners) {
    const std::string start = script.phase + "(" + owner + ")";
    const auto names = [&](const Session::Message& message) { return message.text.find(start) != std::string::npos; };
    if (std::any_of(said.begin(), said.end(), names)) script.package = owner;
  }
  return script;
}

}  // namespace rootlet::rpm
