#include "rootlet/verbs.hpp"

#include "analysis/diff.hpp"
#include "analysis/differences.hpp"
#include "analysis/layering.hpp"
#include "rootlet/audit.hpp"
#include "rootlet/error.hpp"
#include "rpm/version.hpp"

namespace rootlet::verbs {
namespace {

std::string_view what_is(inspect::Form form) {
  switch (form) {
    case inspect::Form::recipe: return "a recipe";
    case inspect::Form::lock: return "a lock";
    case inspect::Form::rpmdb: return "an RPM database";
    case inspect::Form::root_directory: return "a directory";
    case inspect::Form::sbom: return "an SBOM";
    default: return "an image";
  }
}

/// Blobs of an image's layers; none of a docker-archive, whose layers registries store compressed.
std::vector<analysis::LayerBlob> blobs_of(const ImageInfo& image) {
  std::vector<analysis::LayerBlob> blobs;
  for (const LayerInfo& one : image.layers) {
    if (one.media_type.empty()) return {};
    blobs.push_back({one.digest, one.size});
  }
  return blobs;
}

}  // namespace

Diff diff(const inspect::Target& before, const inspect::Target& after) {
  Diff diff;
  diff.before = before.name;
  diff.after = after.name;
  for (const inspect::Target* one : {&before, &after}) {
    if (!one->graph.packages_known) diff.not_compared = "packages: nothing tells those of " + one->name;
  }
  if (diff.not_compared.empty()) diff.packages = analysis::diff(before.graph, after.graph, rpm::compare_versions);
  if (!diff.not_compared.empty() && !(before.files && after.files)) {
    throw Error("there is nothing to compare: " + diff.not_compared, "compare it with a root directory or an image");
  }
  if (before.files && after.files) {
    const auto olds = analysis::owners_of(*before.files, before.installed);
    const auto news = analysis::owners_of(*after.files, after.installed);
    diff.files = analysis::file_differences({*before.files, before.graph, olds}, {*after.files, after.graph, news});
  }
  if (before.image) diff.compressed_before = before.image->compressed_size();
  if (after.image) diff.compressed_after = after.image->compressed_size();
  if (before.image && after.image) diff.pull = analysis::bytes_to_pull(blobs_of(*before.image), blobs_of(*after.image));
  if (before.image && after.image) diff.config = analysis::config_differences(*before.image, *after.image);
  return diff;
}

analysis::Audit audit(const inspect::Target& target, const std::vector<Accepted>& accepted) {
  analysis::Audit audit =
      analysis::audit({what_is(target.form), target.graph, target.installed, target.files ? &*target.files : nullptr,
                       target.image ? &*target.image : nullptr, target.records, target.sboms, target.by_headers});
  analysis::accept(audit, accepted);
  return audit;
}

analysis::FileCosts file_costs(const inspect::Target& target, std::size_t largest) {
  if (!target.files) {
    throw usage_error(target.name + ": it has no files, only what its packages say of them",
                      "--files needs a root directory or an image");
  }
  const auto owners = analysis::owners_of(*target.files, target.installed);
  return analysis::file_costs(*target.files, target.graph, owners, largest);
}

}  // namespace rootlet::verbs
