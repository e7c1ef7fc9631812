#include "rootlet/audit.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.hpp"
#include "scanners.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

/// Facts that a check must have to say anything.
enum class Need {
  nothing,
  requirements,
  marks,     ///< requirements, and which packages were asked for
  headers,   ///< of the packages
  names,     ///< of files: the target's, else those that packages list
  tree,      ///< the target's files
  lists,     ///< the target's files and the packages' lists
  contents,  ///< the target's files with what is in them
  linkage,   ///< contents and requirements
  layers,    ///< of an image, and its files
  image
};

struct Check {
  Need need;
  void (*run)(const Subject& subject, Findings& findings);
  std::vector<std::string_view> rules;
};

std::vector<Check> checks() {
  return {
      {Need::requirements, check_requirements, {"unmet-requirement"}},
      {Need::headers, check_clashes, {"conflicting-packages", "obsoleted-package"}},
      {Need::headers, check_duplicates, {"duplicate-package"}},
      {Need::marks, check_still_required, {"unrequired-package"}},
      {Need::headers, check_signatures, {"unsigned-package"}},
      {Need::tree, check_scanners, {"hidden-packages", "unmatched-packages"}},
      {Need::tree, check_records, {"manifest-only", "no-os-release", "no-package-records"}},
      {Need::lists, check_unowned, {"unowned-file", "unowned-program", "generated-file"}},
      {Need::lists,
       check_owned,
       {"changed-capability", "changed-config", "changed-content", "changed-link", "changed-mode", "changed-owner",
        "changed-type", "missing-file", "not-compared"}},
      {Need::names, check_permissions, {"setuid-file", "world-writable"}},
      {Need::nothing, check_programs, {"compiler", "package-manager", "shell"}},
      {Need::names, check_documents, {"documentation", "locale"}},
      {Need::tree, check_leftovers, {"cache", "history", "log", "private-key"}},
      {Need::tree, check_links, {"dangling-link"}},
      {Need::layers, check_layers, {"covered-link"}},
      {Need::contents, check_libraries, {"missing-library"}},
      {Need::contents, check_library_versions, {"library-versions"}},
      {Need::linkage, check_unneeded_libraries, {"unneeded-library"}},
      {Need::image, check_image, {"runs-as-root", "secret-in-environment", "unknown-user"}},
  };
}

bool has_marks(const PackageGraph& graph) {
  return std::any_of(graph.roots.begin(), graph.roots.end(),
                     [](const Root& root) { return root.kind == Root::Kind::user_installed; });
}

bool has_headers(const AuditInput& input) { return !input.installed.empty() && !is_listed(input); }

bool is_met(Need need, const Subject& subject) {
  const AuditInput& input = subject.input;
  switch (need) {
    case Need::nothing: return true;
    case Need::requirements: return !is_listed(input);
    case Need::marks: return input.graph.dependencies_known && has_marks(input.graph);
    case Need::headers: return has_headers(input);
    case Need::names: return subject.tree != nullptr;
    case Need::tree: return input.files != nullptr;
    case Need::lists: return input.files != nullptr && subject.lists_known;
    case Need::contents: return input.files != nullptr && input.files->contents_read;
    case Need::linkage: return input.files != nullptr && input.files->contents_read && !is_listed(input);
    case Need::layers: return input.image != nullptr && input.files != nullptr;
    case Need::image: return input.image != nullptr;
  }
  return false;
}

std::vector<std::string> not_looked_at(const Subject& subject) {
  const AuditInput& input = subject.input;
  const std::string is_what = "the target is " + std::string(input.what);
  std::vector<std::string> lines;
  const bool packages = input.graph.packages_known;
  const std::string only = input.graph.dependencies_known ? "an SBOM tells less" : "the target only lists its packages";
  if (!packages) {
    lines.emplace_back("packages, what they require, their files and signatures: nothing tells which ones there are");
  } else if (is_listed(input)) {
    lines.emplace_back("requirements: " + only);
  } else if (!has_marks(input.graph)) {
    lines.emplace_back("packages that nothing needs any more: no record says which ones were asked for");
  }
  if (packages && !has_headers(input)) {
    const std::string why = input.installed.empty() ? is_what : only;
    lines.push_back("signatures: " + why);
    if (!input.installed.empty()) lines.push_back("conflicts, obsoletes and duplicates: " + why);
  }
  if (input.files == nullptr) {
    lines.push_back("files: " + is_what + (subject.tree == nullptr ? "" : "; what its packages list was looked at"));
  } else {
    if (packages && !subject.lists_known) lines.emplace_back("files of packages: " + only);
    if (!input.files->contents_read) lines.emplace_back("contents of files: they were not read");
    for (const TreeFile& file : input.files->files) {
      if (!file.unread) continue;
      lines.push_back(fmt::format("the content of {}: {}, nearly all of it holes", file.path, human_size(file.size)));
    }
  }
  if (input.image == nullptr) lines.push_back("image configuration: " + is_what);
  std::sort(lines.begin(), lines.end());
  return lines;
}

void sort(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (a.rule != b.rule) return a.rule < b.rule;
    if (a.package != b.package) return !a.package || (b.package && comes_first_as_text(*a.package, *b.package));
    return std::tie(a.path, a.message) < std::tie(b.path, b.message);
  });
}

bool accepts(const Accepted& entry, const Finding& finding) {
  if (entry.rule != finding.rule) return false;
  if (!entry.path.empty() && !fits_glob(entry.path, finding.path)) return false;
  if (entry.package.empty()) return true;
  if (!finding.package) return fits_glob(entry.package, std::string());
  return fits_glob(entry.package, finding.package->str()) || fits_glob(entry.package, finding.package->name);
}

}  // namespace

Audit audit(const AuditInput& input) {
  const Subject subject(input);
  Findings findings;
  Audit result;
  for (const Check& check : checks()) {
    if (!is_met(check.need, subject)) continue;
    check.run(subject, findings);
    result.rules.insert(result.rules.end(), check.rules.begin(), check.rules.end());
  }
  std::sort(result.rules.begin(), result.rules.end());
  result.findings = std::move(findings.list);
  sort(result.findings);
  result.not_looked_at = not_looked_at(subject);
  result.scanners = scanner_views(subject);
  return result;
}

void accept(Audit& audit, const std::vector<Accepted>& accepted) {
  Findings more;
  for (const Accepted& entry : accepted) {
    bool used = false;
    for (Finding& finding : audit.findings) {
      if (!accepts(entry, finding)) continue;
      used = true;
      if (finding.accepted.empty()) finding.accepted = entry.reason;
    }
    const bool looked_for = std::binary_search(audit.rules.begin(), audit.rules.end(), entry.rule);
    if (used || !looked_for) continue;
    more.add(unused_acceptance, {}, "", entry.mark + ": the entry for " + entry.rule + " fits no finding any more");
  }
  if (!accepted.empty()) {
    audit.rules.push_back(unused_acceptance);
    std::sort(audit.rules.begin(), audit.rules.end());
  }
  audit.findings.insert(audit.findings.end(), more.list.begin(), more.list.end());
  sort(audit.findings);
}

FindingCounts count(const std::vector<Finding>& findings) {
  FindingCounts counts;
  for (const Finding& finding : findings) {
    if (!finding.accepted.empty()) {
      ++counts.accepted;
    } else if (finding.severity == Severity::error) {
      ++counts.errors;
    } else {
      ++(finding.severity == Severity::warning ? counts.warnings : counts.notes);
    }
  }
  return counts;
}

bool fails(const std::vector<Finding>& findings, Severity level) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.accepted.empty() && finding.severity >= level; });
}

}  // namespace rootlet::analysis
