#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

/// Requirement that explains a package best: of a package that stays where this one stays, and at run time.
const RequiredBy& telling(const Solution& solution, const ChosenPackage& chosen) {
  const std::vector<RequiredBy>& all = chosen.reason.required_by;
  const auto rank = [&](const RequiredBy& use) {
    const bool leaves = solution.packages.at(index(use.package)).build_only;
    return std::make_pair(!chosen.build_only && leaves, use.kind != EdgeKind::runtime);
  };
  return *std::min_element(all.begin(), all.end(),
                           [&](const RequiredBy& a, const RequiredBy& b) { return rank(a) < rank(b); });
}

/// Reason in a table's cell: "recipe: bash" or "bash: libtinfo.so.5()(64bit) (and 2 more)".
std::string short_reason(const Solution& solution, const ChosenPackage& chosen) {
  const Reason& reason = chosen.reason;
  if (!reason.requested.empty()) {
    std::vector<std::string> specs;
    for (const Requested& entry : reason.requested) specs.push_back(entry.spec);
    return "recipe: " + join(specs, ", ");
  }
  if (reason.required_by.empty()) return "";
  const bool some_leave = solution.leaving() > 0;
  const RequiredBy& first = some_leave ? telling(solution, chosen) : reason.required_by.front();
  std::set<PackageId> others;
  for (const RequiredBy& use : reason.required_by) others.insert(use.package);
  std::string text = solution.packages.at(index(first.package)).package.nevra.name;
  if (first.kind != EdgeKind::runtime) text += fmt::format(" ({})", edge_kind_name(first.kind));
  text += ": " + first.capability;
  if (others.size() > 1) text += fmt::format(" (and {} more)", others.size() - 1);
  return text;
}

/// Lines for a failed scriptlet: "  failed     %post of ember-0:1-1.noarch: exit status 1", and below what it printed.
std::string failed_text(const FailedScriptlet& failed) {
  std::string text = fmt::format("  failed     {} of {}: {}\n", failed.kind, failed.package.str(), failed.cause);
  for (std::size_t begin = 0; begin < failed.output.size();) {
    const std::size_t end = std::min(failed.output.find('\n', begin), failed.output.size());
    text += "             " + failed.output.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return printable(text);
}

/// A line for each layer that is not the base's, the lowest first; none where there is one: "  4.20 MB  glibc, …".
std::string layers_text(const image::WriteResult& image) {
  if (image.layers.size() - image.below < 2) return "";
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = image.below; i < image.layers.size(); ++i) {
    const image::WrittenLayer& one = image.layers[i];
    std::vector<std::string> names = one.packages;
    if (names.size() > most) names.resize(most - 1);
    std::string what = printable(join(names, ", "));
    if (names.empty()) what = one.database ? "the RPM database" : "what is of no package";
    if (names.size() < one.packages.size()) what += fmt::format(" and {} more", one.packages.size() - names.size());
    text += fmt::format("    {:>9}  {}\n", human_size(one.size), what);
  }
  return text;
}

/// By package, the most bytes first; a few of them.
std::string trimmed_text(const TrimmedFiles& trimmed) {
  constexpr std::size_t most = 8;
  if (trimmed.packages.empty()) return {};
  std::vector<const TrimmedPackage*> packages;
  for (const TrimmedPackage& one : trimmed.packages) packages.push_back(&one);
  std::stable_sort(packages.begin(), packages.end(),
                   [](const TrimmedPackage* a, const TrimmedPackage* b) { return a->size > b->size; });
  std::string text =
      fmt::format("  trimmed    {} of {}: {} ({} bytes)\n", counted(trimmed.files(), "file"),
                  counted(packages.size(), "package"), human_size(trimmed.size()), grouped(trimmed.size()));
  for (std::size_t i = 0; i < std::min(most, packages.size()); ++i) {
    const TrimmedPackage& one = *packages[i];
    text += printable(fmt::format("    {:>9}  {}: {}{}\n", human_size(one.size),
                                  one.package.name.empty() ? "no package" : one.package.str(),
                                  counted(one.paths.size(), "file"), one.left ? ", which are all of it" : ""));
  }
  if (packages.size() > most) {
    text += fmt::format("               and {} more\n", counted(packages.size() - most, "package"));
  }
  return text;
}

std::string rights_text(rights::Way way) {
  switch (way) {
    case rights::Way::root: return "root";
    case rights::Way::nested: return "root in a user namespace of its own";
    case rights::Way::subordinate_ids: return "subordinate ids in a user namespace";
    case rights::Way::single_id: return "a single id in a user namespace, owners are emulated";
  }
  return {};
}

}  // namespace

std::string what_is(image::Format format) {
  switch (format) {
    case image::Format::oci: return "OCI image layout";
    case image::Format::oci_archive: return "OCI archive";
    case image::Format::docker_archive: return "Docker archive";
    case image::Format::tar: return "tar archive";
    case image::Format::dir: return "directory";
  }
  return "image";
}

std::string packages_text(const Solution& solution) {
  const std::size_t more = solution.leaving();
  const std::size_t base = solution.count_in_base();
  return counted(solution.count(), "package") + (base == 0 ? "" : fmt::format(" on a base of {}", grouped(base))) +
         (more == 0 ? "" : fmt::format(" ({} more in the build only)", grouped(more)));
}

std::string totals_text(const Solution& solution) {
  const Totals totals = solution.totals();
  return fmt::format("{}, {} installed {}, {} to download\n", packages_text(solution), human_size(totals.size()),
                     sizes_text(totals), human_size(solution.download_size())) +
         choice_text(solution);
}

std::string to_text(const Solution& solution) {
  std::size_t width = 0;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!chosen.package.in_base()) width = std::max(width, chosen.package.nevra.str().size());
  }
  std::string text;
  std::string build_only;
  for (const ChosenPackage& chosen : solution.packages) {
    if (chosen.package.in_base()) continue;
    (chosen.build_only ? build_only : text) +=
        printable(fmt::format("{:<{}}  {:>8}  {}\n", chosen.package.nevra.str(), width,
                              human_size(chosen.package.size()), short_reason(solution, chosen)));
  }
  if (!build_only.empty()) text += std::string(build_only_heading) + build_only;
  return text + totals_text(solution);
}

std::string summary_text(const make::BuildResult& result) {
  std::string text = fmt::format("{}: {}\n", result.out.string(), what_is(result.format));
  const std::size_t more = result.solution.leaving();
  text += fmt::format("  packages   {}{}\n", grouped(result.solution.count()),
                      more == 0 ? "" : fmt::format(" ({} more took part in the build only)", grouped(more)));
  if (result.base) {
    const bool one_less = result.image.below > 0 && result.image.below < result.base->layers;
    text += printable(fmt::format("  base       {}: {}, {} in {}{}\n             {}\n", result.base->name,
                                  counted(result.solution.count_in_base(), "package"), human_size(result.base->size),
                                  counted(result.base->layers, "layer"),
                                  one_less ? ", but for that of its database" : "", result.base->digest));
  }
  const Totals totals = result.solution.totals();
  text += fmt::format("  installed  {} {}\n", human_size(totals.size()), sizes_text(totals));
  if (result.own_files > 0) {
    text += fmt::format("  files      {} of the recipe: {} ({} bytes)\n", grouped(result.own_files),
                        human_size(result.own_size), grouped(result.own_size));
  }
  text += trimmed_text(result.trimmed);
  if (result.solution.optimality.objective != Objective::dnf) {
    text +=
        "  choice     " + proof_text(result.solution.optimality) + "\n             " + dnf_text(result.solution) + "\n";
    for (const std::string& line : losses_text(result.solution)) text += "             " + printable(line) + "\n";
  }
  for (const MissingOwner& missing : result.missing_owners) {
    text += printable(fmt::format("  owner      {} '{}' does not exist: {} of {} are root's\n",
                                  missing.group ? "group" : "user", missing.name, counted(missing.files, "file"),
                                  missing.package.str()));
  }
  if (!result.manifest.empty()) text += "  rpmdb      none: " + result.manifest + " names the packages for scanners\n";
  if (result.rpmdb_format == RpmdbFormat::berkeley) {
    text += "  rpmdb      bdb (Berkeley DB), which the image's own rpm reads\n";
  }
  for (const ForeignLibrpm& one : result.foreign_librpms) {
    text += fmt::format("  rpmdb      sqlite, which {} cannot read: it reads {}\n", one.package.str(),
                        rpmdb_format_name(one.reads));
  }
  for (const FailedScriptlet& failed : result.failed_scriptlets) text += failed_text(failed);
  for (const LeftOutScriptlet& one : result.left_out_scriptlets) {
    text += printable(fmt::format("  left out   {} of {}: {}\n", one.kind, one.package.str(),
                                  one.line.empty() ? one.program : one.line));
  }
  for (const make::WeakSignatures& one : result.weak_signatures) {
    const std::vector<std::string> weakness(one.weakness.begin(), one.weakness.end());
    text +=
        fmt::format("  signatures {} of repository '{}' by {}, which the recipe lets pass\n",
                    one.packages == 0 ? "metadata" : counted(one.packages, "package"), one.repo, join(weakness, ", "));
  }
  if (result.image.uncompressed_size() > 0) {
    const std::size_t layers = result.image.layers.size() - result.image.below;
    text += fmt::format("  {:<10} {}, {} unpacked, {}\n", layers > 1 ? "layers" : "layer",
                        human_size(result.image.layer_size()), human_size(result.image.uncompressed_size()),
                        counted(result.image.files(), "file"));
    if (result.layer_reused) text.insert(text.size() - 1, ", of an earlier build");
    text += layers_text(result.image);
  }
  if (result.rights != rights::Way::root) text += "  rights     " + rights_text(result.rights) + "\n";
  for (const make::WrittenDocument& one : result.documents) {
    text += fmt::format("  document   {}: {}, {}\n", one.file, one.media_type,
                        one.digest.empty() ? std::string("in the image") : one.digest);
  }
  if (!result.image.digest.empty()) text += "  digest     " + result.image.digest + "\n";
  return text;
}

std::string to_text(const make::BuildResult& result) {
  double total = 0;
  std::vector<std::string> phases;
  for (const make::Phase& phase : result.phases) {
    total += phase.seconds;
    phases.push_back(phase.name + " " + human_time(phase.seconds));
  }
  return summary_text(result) + fmt::format("  time       {}: {}\n", human_time(total), join(phases, ", "));
}

}  // namespace rootlet::report
