#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/diff.hpp"
#include "rootlet/record.hpp"

namespace rootlet::report {

/// What the page's scripts work on. Text is legible: they show it as it is. Strings, packages and the steps of ways are
/// in tables of their own, where each is once; a record is what it does not have in common with the one before. Numbers
/// are places in these tables; where it says "steps", each but the first is the difference from the one before it.
///   "strings":  all text;
///   "keys":     [[name, architecture, version]…]: what a package is told by within a record: its name, else with its
///               architecture, else with its version too; what is not needed is null;
///   "versions": [[version, architecture]…];
///   "packages": {"key" (steps), "version", "size"}, a list each: a package of one version and size;
///   "roots":    [[name, words]…];
///   "ways":     {"key" (steps), "from", "capability", "kind"}, a list each: how a package is reached: from another one
///               (a key), or from a root (-1 less its place); from nothing where it is null;
///   "images":   [{"image", "arch", "records": [{"label", "date", "digest", "lock", "download", "compressed", "size",
///               "count", and as steps: "gone": [keys], "set": [packages], "ways": [ways], "down": [packages],
///               "equal": [packages], then "causes"}]}]
/// "down" are those with a lower version than before, "equal" those with one that is as high, though written otherwise.
/// "causes" has those of the step to the record that are more than another version of one package, in order:
/// {"sentence": with {names}, what these stand for, "changes": [[package before or -1, package after or -1]…]}.
nlohmann::ordered_json history_data(const std::string& title, const std::vector<Timeline>& timelines);

/// What the page is without scripts, for each image; all of it is within a limit that does not depend on their number.
std::string history_tables(const std::vector<Timeline>& timelines);

/// A step of a way in words: "nginx", "libc6 requires libgcc-s1 [pre]".
std::string way_text(const PackageGraph& graph, const analysis::Step& step);

}  // namespace rootlet::report
