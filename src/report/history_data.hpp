#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/diff.hpp"
#include "rootlet/record.hpp"

namespace rootlet::report {

/// Data that the page's scripts work on. They show text as it is, so it is legible(). Strings, packages and steps of
/// ways stand once, in tables of their own. A record has only its differences from the one before. Numbers are places
/// in these tables; where it says "steps", each number but the first is the difference from the one before it.
///   "strings":  all text;
///   "keys":     [[name, architecture, version]…]: identity of a package within a record: its name; where that is not
///               enough, the architecture, too, and then the version; what is not needed is null;
///   "versions": [[version, architecture]…];
///   "packages": {"key" (steps), "version", "size"}, a list each: a package of one version and size;
///   "roots":    [[name, words]…];
///   "ways":     {"key" (steps), "from", "capability", "kind"}, a list each: a step by which a package is reached, from
///               another one (its key) or from a root (-1 minus its place); null: from nothing;
///   "images":   [{"image", "arch", "records": [{"label", "date", "digest", "lock", "download", "compressed", "size",
///               "count", and as steps: "gone": [keys], "set": [packages], "ways": [ways], "down": [packages],
///               "equal": [packages], then "causes"}]}]
/// "down": packages with a lower version than before; "equal": with an equal version that is written in another way.
/// "causes": those of the step to the record, in order, without those that are only another version of one package:
/// {"sentence": with {names}, what these stand for, "changes": [[package before or -1, package after or -1]…]}.
nlohmann::ordered_json history_data(const std::string& title, const std::vector<Timeline>& timelines);

/// Tables and charts of each image for readers without scripts. Their size has a limit that does not depend on the
/// number of images.
std::string history_tables(const std::vector<Timeline>& timelines);

/// Words for a step of a way: "nginx", "libc6 requires libgcc-s1 [pre]".
std::string way_text(const PackageGraph& graph, const analysis::Step& step);

}  // namespace rootlet::report
