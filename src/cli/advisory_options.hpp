#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "command.hpp"
#include "rootlet/advisory_answer.hpp"

namespace rootlet::cli {

/// Where a command takes advisories from.
struct AdvisorySourceOptions {
  std::string recipe;
  std::vector<std::string> updateinfo, osv, csaf;  ///< files
};

/// Adds --recipe and those of add_advisory_files().
void add_advisory_sources(CLI::App& app, AdvisorySourceOptions& options);
/// Adds --updateinfo, --osv and --csaf.
void add_advisory_files(CLI::App& app, AdvisorySourceOptions& options);
/// Adds --accept.
void add_accepted_advisories(CLI::App& app, std::string& file);
/// In the order of the options.
std::vector<make::AdvisoryFile> files_of(const AdvisorySourceOptions& options);
/// `arch`: what the recipe is for; empty: as it says.
verbs::AdvisoriesFrom advisories_from(const AdvisorySourceOptions& options, const std::string& arch);

/// The advisories of these sources; nothing: none is named. `arch`: what the recipe is for; empty: as it says.
std::optional<make::Advisories> advisories_if_asked(const AdvisorySourceOptions& options, const std::string& arch,
                                                    const Session& session);

/// As with_target(), and of a file of records (IMAGE.jsonl) the last one, or the last with the label that --tag gives.
int with_target_or_record(const Session& session, const TargetOptions& options,
                          const std::function<int(const inspect::Target&)>& use);

}  // namespace rootlet::cli
