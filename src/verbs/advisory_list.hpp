#pragma once

#include <vector>

#include "analysis/advisories.hpp"
#include "rootlet/advisory_answer.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::verbs {

/// Those that a filter lets through, the worst first.
std::vector<Advisory> wanted(const std::vector<Advisory>& all, const AdvisoryFilter& filter);

/// A target as advisories are held against it. Error: nothing tells its packages.
analysis::AdvisorySubject subject_of(const inspect::Target& target);

/// Warns of names that no known advisory has.
void warn_of_unknown(const std::vector<std::string>& names, const std::vector<Advisory>& known, Progress& progress);

/// Gaps in what advisories can say of a target: "repository 'x': it has no updateinfo.xml"; sorted.
std::vector<std::string> not_looked_at(const inspect::Target& target, const make::Advisories& advisories);

/// Whether a target knows of a package which source package it was built from.
bool tells_sources(const inspect::Target& target);
/// Whether some of the advisories, those of OSV, name source packages.
bool asks_for_sources(const make::Advisories& advisories);

}  // namespace rootlet::verbs
