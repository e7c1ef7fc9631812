#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rootlet/model/diff.hpp"

namespace rootlet::report {

/// "+1.20 MB", "-12 B", "0 B".
std::string signed_size(std::int64_t bytes);

/// A cause in words: "httpd-2.4.63-1.t1 now requires perl >= 5".
std::string sentence(const PackageDiff& diff, const ChangeCause& cause);
/// Whether that says what its only change is.
bool names_its_change(const ChangeCause& cause);
/// "perl-4:5.40-1.x86_64", or "bash 0:5.2-1 -> 0:5.3-1".
std::string change_text(const PackageChange& change);
/// {"kind", "sentence", "bytes", …, "changes": […]}.
nlohmann::ordered_json to_json(const PackageDiff& diff, const ChangeCause& cause);

/// Each cause with what it brought and took, or that there is none.
std::string causes_text(const PackageDiff& diff);

/// The totals, then each cause with what it brought and took, then files and configuration.
std::string to_text(const Diff& diff);

/// The same for a merge request: headings and tables of GitHub's and GitLab's Markdown.
std::string to_markdown(const Diff& diff);

/// {"before", "after", "summary", "causes": [{"kind", "sentence", "bytes", …, "changes": […]}], "files", "config"}.
/// "not_compared" is there only where something was not, and then without the counts of packages.
nlohmann::ordered_json to_json(const Diff& diff);

}  // namespace rootlet::report
