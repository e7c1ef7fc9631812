#include "headers.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/fs.hpp"
#include "repo/download.hpp"
#include "rootlet/error.hpp"
#include "rootlet/needed.hpp"
#include "verify.hpp"

namespace rootlet::make {
namespace {

bool only_for_scriptlets(EdgeKind kind) {
  return kind != EdgeKind::runtime && kind != EdgeKind::verify;  // "rpm -V" is of use in an image, too
}

solv::HeaderFacts facts_of(const rpm::HeaderInfo& header) {
  solv::HeaderFacts facts;
  facts.kept_size = header.kept_size;
  for (const rpm::Requirement& requirement : header.requirements) {
    if (std::all_of(requirement.kinds.begin(), requirement.kinds.end(), only_for_scriptlets)) {
      facts.of_scriptlets.insert(requirement.capability);
    }
  }
  return facts;
}

/// Bytes by class of the regular files that are put into a root. Files of languages are left out by their mark, which
/// the list of files does not have: what the header's own sum lacks is theirs.
std::map<std::string, std::uint64_t> removable_of(const rpm::HeaderInfo& header, bool docs) {
  std::map<std::string, std::uint64_t> bytes;
  std::uint64_t all = 0;
  for (const PackageFile& file : header.files) {
    if (!S_ISREG(file.mode) || file.ghost || (file.doc && !docs)) continue;
    all += file.size;
    const analysis::RemovableClass* const of = analysis::removable_class(file.path);
    if (of != nullptr) bytes[std::string(of->id)] += file.size;
  }
  const std::uint64_t left_out = all - std::min(all, header.kept_size);
  std::uint64_t& languages = bytes["locales"];
  languages -= std::min(languages, left_out);
  return bytes;
}

/// Reads a header. Where it is not as it should be, `file` becomes the whole package, which has a checksum and is
/// brought by `renew`: from the next mirror, or in place of a damaged one.
template <class Renew>
rpm::HeaderInfo read_trusted(const Verifier& verifier, const Package& package, std::filesystem::path& file,
                             Renew renew) {
  try {
    return verifier.check_header(package, file);
  } catch (const Error&) {
    if (file.extension() == ".header") remove_tree(file);
  }
  file = renew();
  return verifier.check_header(package, file);
}

}  // namespace

rpm::KeptFiles kept_files(const Recipe& recipe) { return {recipe.selection.docs, recipe.selection.langs}; }

solv::HeaderLoader HeaderSource::loader() {
  if (environment_.headers == Headers::never) return {};
  return [this](const std::vector<Package>& packages) -> std::optional<std::vector<solv::HeaderFacts>> {
    try {
      return read(packages);
    } catch (const Error& error) {
      if (environment_.headers == Headers::required) throw;
      problem_.why = error.what();
      return std::nullopt;
    }
  };
}

std::vector<solv::HeaderFacts> HeaderSource::read(const std::vector<Package>& packages) {
  const Verifier verifier(recipe_, packages, environment_);
  repo::DownloadOptions options{environment_.cache_dir, environment_.offline};
  options.renewal = "solve again; --no-headers lets metadata decide";
  auto files = repo::download_headers(packages, recipe_.repos, options, progress_);
  std::vector<solv::HeaderFacts> facts;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    problem_.distrust = true;  // until it has been checked
    rpm::HeaderInfo header = read_trusted(verifier, packages[i], files[i], [&] {
      return repo::download_packages({packages[i]}, recipe_.repos, options, progress_).front();
    });
    facts.push_back(facts_of(header));
    removable_[packages[i].checksum.str()] = removable_of(header, recipe_.selection.docs);
    requirements_[packages[i].checksum.str()] = std::move(header.requirements);
    if (!header.missing_features.empty()) {
      not_supported_[packages[i].checksum.str()] = std::move(header.missing_features);
    }
  }
  problem_ = {};
  return facts;
}

std::vector<const std::vector<rpm::Requirement>*> HeaderSource::requirements(const Solution& solution) const {
  std::vector<const std::vector<rpm::Requirement>*> list;
  if (!solution.optimality.by_headers) return list;
  static const std::vector<rpm::Requirement> none;  // of the base's packages nothing more is known
  for (const ChosenPackage& chosen : solution.packages) {
    if (chosen.package.in_base()) {
      list.push_back(&none);
      continue;
    }
    list.push_back(&requirements_.at(chosen.package.checksum.str()));
  }
  return list;
}

std::vector<ClassTotals> HeaderSource::removable(const Solution& solution) const {
  if (!solution.optimality.by_headers) return {};
  std::map<std::string, std::uint64_t> bytes;
  for (const ChosenPackage& chosen : solution.packages) {
    if (chosen.build_only || chosen.package.in_base()) continue;
    const auto found = removable_.find(chosen.package.checksum.str());
    if (found == removable_.end()) return {};
    for (const auto& [id, size] : found->second) bytes[id] += size;
  }
  std::vector<ClassTotals> totals;
  for (const analysis::RemovableClass& one : analysis::removable_classes()) {
    const std::uint64_t size = bytes[std::string(one.id)];
    if (size > 0) totals.push_back({std::string(one.id), std::string(one.title), size});
  }
  return totals;
}

std::optional<Error> HeaderSource::obstacle(const Solution& solution) const {
  for (const ChosenPackage& chosen : solution.packages) {
    const auto found = not_supported_.find(chosen.package.checksum.str());
    if (found != not_supported_.end()) return features_error(chosen.package, found->second);
  }
  return std::nullopt;
}

}  // namespace rootlet::make
