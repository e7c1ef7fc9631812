#include "scriptlets.hpp"

#include <rpm/rpmds.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "dependencies.hpp"
#include "rpm/triggers.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

struct PlainTags {
  const char* kind;
  rpmTagVal body;
  rpmTagVal program;
};

constexpr std::array<PlainTags, 2> scriptlets_before{
    {{"%pretrans", RPMTAG_PRETRANS, RPMTAG_PRETRANSPROG}, {"%pre", RPMTAG_PREIN, RPMTAG_PREINPROG}}};
constexpr std::array<PlainTags, 1> scriptlets_after{{{"%post", RPMTAG_POSTIN, RPMTAG_POSTINPROG}}};
constexpr std::array<PlainTags, 1> scriptlets_last{{{"%posttrans", RPMTAG_POSTTRANS, RPMTAG_POSTTRANSPROG}}};

/// A package's triggers of one family: arrays of scripts, and conditions that say whose they are.
struct TriggerFamily {
  const char* family;  ///< "%", "%file", "%transfile"
  rpmTagVal bodies;
  rpmTagVal programs;
  rpmTagVal names;
  rpmTagVal numbers;  ///< of the script, for each condition
};

constexpr std::array<TriggerFamily, 3> trigger_families{{
    {"%", RPMTAG_TRIGGERSCRIPTS, RPMTAG_TRIGGERSCRIPTPROG, RPMTAG_TRIGGERNAME, RPMTAG_TRIGGERINDEX},
    {"%file", RPMTAG_FILETRIGGERSCRIPTS, RPMTAG_FILETRIGGERSCRIPTPROG, RPMTAG_FILETRIGGERNAME, RPMTAG_FILETRIGGERINDEX},
    {"%transfile", RPMTAG_TRANSFILETRIGGERSCRIPTS, RPMTAG_TRANSFILETRIGGERSCRIPTPROG, RPMTAG_TRANSFILETRIGGERNAME,
     RPMTAG_TRANSFILETRIGGERINDEX},
}};

/// All strings of a tag, be it one or a list.
std::vector<std::string> strings_of(Header header, rpmTagVal tag) {
  std::vector<std::string> texts;
  const TagValues data(rpmtdNew());
  if (headerGet(header, tag, data.get(), HEADERGET_MINMEM) == 0) return texts;
  while (const char* text = rpmtdNextString(data.get())) texts.emplace_back(text);
  return texts;
}

std::vector<std::uint64_t> numbers_of(Header header, rpmTagVal tag) {
  std::vector<std::uint64_t> numbers;
  const TagValues data(rpmtdNew());
  if (headerGet(header, tag, data.get(), HEADERGET_MINMEM) == 0) return numbers;
  while (rpmtdNext(data.get()) >= 0) numbers.push_back(rpmtdGetNumber(data.get()));
  return numbers;
}

template <std::size_t N>
void add_plain(Header header, const std::array<PlainTags, N>& kinds, std::vector<Scriptlet>& found) {
  for (const PlainTags& one : kinds) {
    std::string program = join(strings_of(header, one.program), " ");
    std::string body = string_tag(header, one.body);
    if (program.empty() && body.empty()) continue;
    if (program.empty()) program = "/bin/sh";
    found.push_back({one.kind, std::move(program), std::move(body)});
  }
}

/// Triggers with this mark; one script may have several conditions.
void add_triggers(Header header, const TriggerFamily& tags, const char* name, rpmsenseFlags sense,
                  std::vector<Scriptlet>& found) {
  const std::vector<std::string> bodies = strings_of(header, tags.bodies);
  const std::vector<std::string> programs = strings_of(header, tags.programs);
  const std::vector<std::uint64_t> numbers = numbers_of(header, tags.numbers);
  const Dependencies conditions(rpmdsNew(header, tags.names, 0));
  std::vector<std::pair<std::uint64_t, std::size_t>> known;  // numbers of scripts, and their places in `found`
  for (rpmds one = rpmdsInit(conditions.get()); rpmdsNext(one) >= 0;) {
    if ((rpmdsFlags(one) & sense) == 0) continue;
    const auto at = static_cast<std::size_t>(rpmdsIx(one));
    const std::uint64_t number = at < numbers.size() ? numbers[at] : 0;
    auto place = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.first == number; });
    if (place == known.end()) {
      Scriptlet trigger{tags.family + std::string(name), number < programs.size() ? programs[number] : "/bin/sh",
                        number < bodies.size() ? bodies[number] : "", tags.names != RPMTAG_TRIGGERNAME};
      known.emplace_back(number, found.size());
      place = known.end() - 1;
      found.push_back(std::move(trigger));
    }
    found[place->second].conditions.push_back(
        {copied(rpmdsN(one)), copied(rpmdsEVR(one)), static_cast<std::uint32_t>(rpmdsFlags(one))});
  }
}

}  // namespace

std::vector<Scriptlet> scriptlets_of(Header header) {
  std::vector<Scriptlet> found;
  add_plain(header, scriptlets_before, found);
  add_triggers(header, trigger_families[0], "triggerprein", RPMSENSE_TRIGGERPREIN, found);
  add_plain(header, scriptlets_after, found);
  add_triggers(header, trigger_families[0], "triggerin", RPMSENSE_TRIGGERIN, found);
  add_triggers(header, trigger_families[1], "triggerin", RPMSENSE_TRIGGERIN, found);
  add_plain(header, scriptlets_last, found);
  add_triggers(header, trigger_families[2], "triggerin", RPMSENSE_TRIGGERIN, found);
  return found;
}

bool is_set_off_by(const TriggerCondition& condition, const Nevra& package) {
  if (condition.name != package.name) return false;
  if (condition.version.empty()) return true;
  const auto single = [](const std::string& name, const std::string& version, rpmsenseFlags flags) {
    return Dependencies(rpmdsSingle(RPMTAG_TRIGGERNAME, name.c_str(), version.c_str(), flags));
  };
  const Dependencies wanted = single(condition.name, condition.version, static_cast<rpmsenseFlags>(condition.flags));
  const Dependencies there = single(package.name, package.evr(), RPMSENSE_EQUAL);
  return rpmdsCompare(wanted.get(), there.get()) != 0;
}

}  // namespace rootlet::rpm
