#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/analysis/sizes.hpp"
#include "rootlet/analysis/tree.hpp"
#include "rootlet/analysis/why.hpp"
#include "rootlet/model/graph.hpp"

namespace rootlet::report {

/// "nginx.yaml:9: nginx", "nginx, which the user installed", "nginx, which no other package requires".
std::string root_text(const PackageGraph& graph, const Root& root);
/// {"kind", "name", "file", "line", "via", "packages"}.
nlohmann::ordered_json root_json(const PackageGraph& graph, const Root& root);

/// Why a package is in a set, in words: the chains, what they have in common, what would have to happen for it to
/// leave. `alternatives`: what a solution knows of packages in place of it.
std::string to_text(const PackageGraph& graph, const analysis::Why& why, const std::vector<Alternative>& alternatives);
/// {"package", "chains": [{"root", "hops": [{"from", "to", "requirements": [{"capability", "kind", …}]}]}], "only", …}.
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::Why& why,
                               const std::vector<Alternative>& alternatives);

/// One line each: drawn branches, the package, its size, the kinds of dependency if it is not only "runtime", "(*)"
/// where it was unfolded before.
std::string to_text(const PackageGraph& graph, const std::vector<analysis::TreeLine>& tree);
nlohmann::ordered_json to_json(const PackageGraph& graph, const std::vector<analysis::TreeLine>& tree);

/// Two tables, most exclusive bytes first: of roots and of packages; then the totals.
std::string to_text(const PackageGraph& graph, const analysis::Costs& costs);
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::Costs& costs);

/// What leaves and what remains.
std::string to_text(const PackageGraph& graph, const analysis::Remainder& remainder);
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::Remainder& remainder);

}  // namespace rootlet::report
