#include "scanners.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "analysis/scanned.hpp"
#include "base/text.hpp"

namespace rootlet::analysis {
namespace {

constexpr std::size_t manifest_fields = 10;

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (;;) {
    const std::size_t end = line.find('\t');
    fields.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

/// Whether "bash-4.2.46-34.el7.src.rpm" has a name, a version, a release and a kind.
bool names_a_source(std::string_view file) {
  if (file.ends_with(".rpm")) file.remove_suffix(4);
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::size_t release = file.substr(0, dot).rfind('-');
  return release != std::string_view::npos && file.substr(0, release).rfind('-') != std::string_view::npos;
}

/// Fault of a line; empty: the scanner takes it for a package.
std::string fault_of(const std::vector<std::string>& fields, ManifestRule rule, Nevra& nevra) {
  const bool whole = rule == ManifestRule::whole;
  if (fields.size() < manifest_fields || (whole && fields.size() > manifest_fields)) {
    return fmt::format("has {} and not {}", counted(fields.size(), "field"), manifest_fields);
  }
  const std::size_t dash = fields[1].find('-');
  if (dash == std::string::npos || fields[1].find('-', dash + 1) != std::string::npos) {
    return fmt::format("has '{}' in place of version and release", printable(fields[1]));
  }
  if (whole && !names_a_source(fields[9])) {
    return fmt::format("has '{}' in place of a source package", printable(fields[9]));
  }
  const std::string& epoch = fields[8];
  const auto [end, problem] = std::from_chars(epoch.data(), epoch.data() + epoch.size(), nevra.epoch);
  if (whole && (problem != std::errc() || end != epoch.data() + epoch.size())) {
    return fmt::format("has '{}' in place of an epoch's number", printable(epoch));
  }
  nevra.name = fields[0];
  nevra.version = fields[1].substr(0, dash);
  nevra.release = fields[1].substr(dash + 1);
  nevra.arch = fields[7] == "(none)" ? "" : fields[7];
  return {};
}

/// `image`: links of directories are followed in a root, not in layers of an image.
bool reads(const ScannerRules& scanner, const FileTree& tree, bool image, const PackageRecord& record) {
  const std::string real = tree.real_path(record.path);
  const TreeFile* file = tree.find(real);
  const bool regular = file != nullptr && file->type == FileType::regular;
  return std::any_of(scanner.databases.begin(), scanner.databases.end(), [&](std::string_view one) {
    switch (scanner.reach) {
      case FileMatch::exact: return regular && (real == one || (!image && real == tree.real_path(one)));
      case FileMatch::ending: return real.ends_with(one) || record.path.ends_with(one);
      case FileMatch::anywhere: return real.substr(real.rfind('/') + 1) == one;
    }
    return false;
  });
}

/// All packages that are told of, without keys.
std::set<Nevra> packages_of(const PackageGraph& graph) {
  std::set<Nevra> all;
  for (const GraphPackage& one : graph.packages) {
    if (!is_key(one.nevra)) all.insert(one.nevra);
  }
  return all;
}

/// Whether a path is that of a content manifest, as Clair looks for them.
bool is_content_manifest(std::string_view path) {
  constexpr std::array<std::string_view, 3> directories{"/root/buildinfo/content_manifests", "/usr/share/buildinfo",
                                                        "/usr/share/buildinfo/content_manifests"};
  const std::size_t slash = path.rfind('/');
  return path.ends_with(".json") && !path.ends_with("/labels.json") &&
         std::find(directories.begin(), directories.end(), path.substr(0, slash)) != directories.end();
}

/// Whether Clair learns which of Red Hat's repositories the packages are of. What a manifest says is not looked at.
bool has_repositories(const FileTree& tree) {
  return tree.resolve_file("/var/lib/dnf/history.sqlite") != nullptr ||
         tree.resolve_file("/usr/lib/sysimage/libdnf5/transaction_history.sqlite") != nullptr ||
         std::any_of(tree.files.begin(), tree.files.end(),
                     [](const TreeFile& file) { return is_content_manifest(file.path); });
}

/// Whether a scanner reads what lists the packages in place of a database. Of one that does not, "manifest-only" tells.
bool reads_lists(const ScannerRules& scanner, const Subject& subject) {
  const bool manifest = subject.tree->contents.contains(manifest_path);
  return manifest ? scanner.manifest != ManifestRule::not_read : !scanner.sboms.empty();
}

class Viewer {
 public:
  Viewer(const Subject& subject, const ScannerRules& scanner)
      : subject_(subject), tree_(*subject.tree), rules_(scanner) {}

  ScannerView view() {
    view_.id = rules_.id;
    view_.name = rules_.name;
    see_databases();
    see_manifest();
    see_sboms();
    const std::set<Nevra> all = packages_of(subject_.input.graph);
    if (subject_.input.graph.packages_known) view_.of = all.size();
    view_.packages = static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const Nevra& one) { return seen_.contains(one); }));
    if (view_.packages == 0 && view_.why.empty()) view_.why.emplace_back("nothing tells the packages");
    see_release();
    return std::move(view_);
  }

 private:
  void see_databases() {
    for (const PackageRecord& record : subject_.input.records) {
      if (!reads(rules_, tree_, subject_.input.image != nullptr, record)) {
        view_.why.push_back(fmt::format("it does not read {}", record.path));
        continue;
      }
      if (!record.readable) view_.why.push_back(fmt::format("{} cannot be read", record.path));
      seen_.insert(record.packages.begin(), record.packages.end());
    }
  }

  void see_manifest() {
    const auto text = tree_.contents.find(manifest_path);
    if (text == tree_.contents.end()) return;
    if (rules_.manifest == ManifestRule::not_read) {
      if (seen_.empty()) view_.why.push_back(fmt::format("it does not read {}", manifest_path));
      return;
    }
    ScannedManifest scanned = scan_manifest(text->second, rules_.manifest);
    if (!scanned.fault.empty()) view_.why.push_back(fmt::format("{}: {}", manifest_path, scanned.fault));
    seen_.merge(scanned.packages);
  }

  /// Those that are looked for, in the directory where image builders put them.
  void see_sboms() {
    for (const SbomRecord& record : subject_.input.sboms) {
      const bool reads = std::any_of(rules_.sboms.begin(), rules_.sboms.end(),
                                     [&](std::string_view end) { return record.path.ends_with(end); });
      if (reads && record.names_system) {
        seen_.insert(record.packages.begin(), record.packages.end());
      } else if (seen_.empty()) {
        view_.why.push_back(reads ? fmt::format("{} names no distribution with a version", record.path)
                                  : fmt::format("it does not read {}", record.path));
      }
    }
  }

  void see_release() {
    const ScannedRelease release = scan_release(tree_, rules_);
    view_.distribution = release.family;
    if (!release.family.empty() && !release.version.empty()) view_.distribution += " " + release.version;
    view_.matches = release.advisories;
    if (!release.why.empty()) view_.why.push_back(release.why);
    if (rules_.reach == FileMatch::anywhere && release.family == "rhel" && !has_repositories(tree_)) {
      view_.matches = false;
      view_.why.emplace_back("nothing tells which repositories the packages are of");
    }
  }

  const Subject& subject_;
  const FileTree& tree_;
  const ScannerRules& rules_;
  ScannerView view_;
  std::set<Nevra> seen_;
};

}  // namespace

ScannedManifest scan_manifest(std::string_view text, ManifestRule rule) {
  ScannedManifest manifest;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    // Syft passes over a line that nothing ends.
    if (end == std::string_view::npos && rule == ManifestRule::by_line) break;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r') && rule == ManifestRule::whole) line.remove_suffix(1);
    ++number;
    Nevra nevra;
    const std::string fault = fault_of(fields_of(line), rule, nevra);
    if (fault.empty()) {
      manifest.packages.insert(std::move(nevra));
      continue;
    }
    if (manifest.fault.empty()) manifest.fault = fmt::format("line {} {}", number, fault);
    if (rule != ManifestRule::whole) continue;
    manifest.packages.clear();
    manifest.fault += ", for which it rejects the whole file";
    break;
  }
  return manifest;
}

std::vector<ScannerView> scanner_views(const Subject& subject) {
  std::vector<ScannerView> views;
  const AuditInput& input = subject.input;
  const bool told = !input.records.empty() || !input.sboms.empty() ||
                    (input.files != nullptr && input.files->contents.contains(manifest_path));
  if (input.files == nullptr || (input.graph.packages_known && !told)) return views;
  for (const ScannerRules& scanner : scanner_rules()) views.push_back(Viewer(subject, scanner).view());
  return views;
}

void check_scanners(const Subject& subject, Findings& findings) {
  const FileTree& tree = *subject.tree;
  const std::vector<ScannerView> views = scanner_views(subject);
  std::vector<std::string> reasons;
  bool matched = false;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const ScannerView& view = views[i];
    const std::string why = join(view.why, "; ");
    const bool told = is_listed(subject.input) && !reads_lists(scanner_rules()[i], subject);
    if (view.of && view.packages < *view.of && !told) {
      findings.add(
          "hidden-packages", {}, "",
          fmt::format("{}: {} of {}: {}", view.name, grouped(view.packages), counted(*view.of, "package"), why));
    }
    matched = matched || (view.matches && view.packages > 0);
    reasons.push_back(fmt::format("{}: {}", view.name, why));
  }
  const bool named = tree.resolve("/etc/os-release") != nullptr || tree.resolve("/usr/lib/os-release") != nullptr;
  if (views.empty() || !subject.input.graph.packages_known || matched || !named) return;
  findings.add("unmatched-packages", {}, "", join(reasons, "; "));
}

}  // namespace rootlet::analysis
