#include "rootlet/arches.hpp"

#include <algorithm>
#include <deque>
#include <optional>

#include "base/digest.hpp"
#include "base/program.hpp"
#include "base/text.hpp"
#include "documents.hpp"
#include "finished_builds.hpp"
#include "image/index_of.hpp"
#include "image_build.hpp"
#include "listening.hpp"
#include "locked_solution.hpp"
#include "publish.hpp"
#include "rights/find_way.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {
namespace {

/// Of more than so many packages that drift, the rest is counted.
constexpr std::size_t most_told = 10;

/// Passes on, and names the architecture.
class ForArch final : public PassingOn {
 public:
  ForArch(Progress& next, std::string arch) : PassingOn(next), arch_(std::move(arch)) {}
  void begin(std::string_view task, std::uint64_t total, Unit unit) override {
    PassingOn::begin(of(task), total, unit);
  }
  void detail(std::string_view line) override { PassingOn::detail(of(line)); }
  void warn(std::string_view line) override { PassingOn::warn(of(line)); }

 private:
  [[nodiscard]] std::string of(std::string_view text) const { return arch_ + ": " + std::string(text); }

  std::string arch_;
};

/// Runs some work, whose errors then name the architecture. Returns its result.
template <class Work>
auto within(const std::string& arch, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw error.within(arch);
  }
}

const std::string& arch_of(const Recipe& recipe) { return recipe.selection.arch; }

/// One build of several.
struct Part {
  Part(const Recipe& recipe, const BuildOptions& how, const Environment& environment, rights::Way way, Progress& told)
      : arch(arch_of(recipe)), options(how), progress(told, arch), build(recipe, options, environment, way, progress) {}
  std::string arch;
  BuildOptions options;
  ForArch progress;
  ImageBuild build;
};

/// All builds; they stay where they are.
using Parts = std::deque<Part>;

template <class Step>
void each(Parts& parts, Step step) {
  for (Part& part : parts) within(part.arch, [&] { step(part); });
}

void check_format(image::Format format) {
  if (format == image::Format::oci || format == image::Format::oci_archive) return;
  throw usage_error("the format " + std::string(image::format_name(format)) +
                        " holds one image, and the recipe is for several architectures",
                    "choose one of them with --arch, or --format oci or oci-archive");
}

/// A lock of other architectures than the recipe's is of no use to any of them.
void check_lock(const Recipe& recipe, const fs::path& path) {
  if (!fs::exists(path)) return;  // whoever reads it says so
  const std::vector<Lock> locks = lock::read_all(path);
  const std::vector<std::string> differences = lock::arch_differences(locks, recipe.arches);
  if (differences.empty()) return;
  throw usage_error("the lock '" + path.string() + "' no longer fits the recipe: " + join(differences, "; "),
                    "run " + lock_command(recipe, path) + " to renew it");
}

/// A name for all that decides the builds together, where it is known of each.
std::optional<std::string> common_key(const Parts& parts, image::Format format) {
  std::string keys = "index " + std::string(image::format_name(format));
  for (const Part& part : parts) {
    if (!part.build.key()) return std::nullopt;
    keys += "\n" + part.arch + " " + *part.build.key();
  }
  return digest_of(keys);
}

std::vector<SetOfArch> sets_of(const Parts& parts) {
  std::vector<SetOfArch> sets;
  for (const Part& part : parts) sets.emplace_back(part.arch, &part.build.solution());
  return sets;
}

/// Facts that the index is made of, beside the images.
struct IndexFacts {
  const Recipe& recipe;  ///< any of them
  const BuildOptions& options;
  const std::optional<attest::Signer>& signer;
};

/// Joins the layouts that the builds have made in a workplace, each under the name of its architecture.
void write_index(const IndexFacts& facts, std::int64_t source_date_epoch, const TempDir& workplace,
                 IndexResult& result) {
  std::vector<OpenDirectory> layouts;
  for (const std::string& arch : result.arches) layouts.push_back(open_layout(workplace.directory(), arch));
  image::IndexOptions index{facts.options.format, "latest", source_date_epoch, facts.recipe.image.annotations};
  if (facts.signer) {
    index.refer = [&](const std::string& digest) {
      return std::vector{signature_of(*facts.signer, {facts.recipe.name, digest})};
    };
  }
  const image::IndexWritten written = image::write_index(layouts, index, workplace.directory(), image_name);
  result.digest = written.digest;
  for (const image::WrittenReferrer& one : written.referrers) {
    result.documents.push_back({one.artifact_type, one.file_name, one.digest});
  }
  publish_image(workplace, facts.options.out.filename());
}

/// Makes the images and their index.
void make_all(const IndexFacts& facts, Parts& parts, IndexResult& result) {
  const Workplace place = workplace(facts.options.out);
  const TempDir scratch(place.parent, place.prefix);
  std::int64_t epoch = 0;
  each(parts, [&](Part& part) {
    epoch = std::max(epoch, part.build.source_date_epoch());
    const TempDir own(scratch.directory(), ".build-");
    result.arches.push_back(part.arch);
    result.images.push_back(part.build.make(own, part.arch));
    result.images.back().out = facts.options.out;
    result.images.back().format = facts.options.format;
  });
  write_index(facts, epoch, scratch, result);
}

}  // namespace

std::variant<ResolvedArches, UnsolvableArches> resolve_each(const std::vector<Recipe>& recipes,
                                                            const Environment& environment, Progress& progress) {
  ResolvedArches resolved;
  UnsolvableArches unsolvable;
  std::vector<SetOfArch> sets;
  for (const Recipe& recipe : recipes) {
    ForArch told(progress, arch_of(recipe));
    Resolved one = within(arch_of(recipe), [&] { return resolve(recipe, environment, told); });
    if (auto* problem = std::get_if<Unsolvable>(&one.outcome)) {
      unsolvable.emplace_back(arch_of(recipe), std::move(*problem));
      continue;
    }
    tell(one.by_metadata, told);
    resolved.answers.push_back(std::move(one));
  }
  if (!unsolvable.empty()) return unsolvable;
  for (std::size_t i = 0; i < recipes.size(); ++i) {
    sets.emplace_back(arch_of(recipes[i]), &std::get<Solution>(resolved.answers[i].outcome));
  }
  resolved.drift = analysis::drift_between(sets);
  return resolved;
}

void judge_drift(const std::vector<Drift>& drift, ArchDrift fate, Progress& progress) {
  if (drift.empty() || fate == ArchDrift::allow) return;
  std::vector<std::string> sentences;
  for (const Drift& one : drift) {
    if (sentences.size() == most_told) {
      sentences.push_back("and " + counted(drift.size() - most_told, "package") + " more");
      break;
    }
    sentences.push_back(printable(sentence(one)));
  }
  if (fate == ArchDrift::forbid) {
    throw Error("packages drift between the architectures: " + join(sentences, "; "),
                "wait until the repositories have the same versions, name one in packages, or let them drift "
                "(arch_drift: warn)",
                ErrorKind::no_solution);
  }
  for (const std::string& one : sentences) progress.warn("drift between the architectures: " + one);
}

std::variant<IndexResult, UnsolvableArches, Unchanged> build_index(const std::vector<Recipe>& recipes,
                                                                   const BuildOptions& options,
                                                                   const Environment& environment, Progress& told) {
  program_identity();  // before libraries load others
  Listening progress(told);
  check_format(options.format);
  rootfs::require_served();
  const rights::Way way = rights::find_way();
  image::check_output(options.out, options.format);
  if (options.lock) check_lock(recipes.front(), *options.lock);
  const auto signer = signer_for(options);
  BuildOptions one = options;
  one.format = image::Format::oci;  // a layout each, which are joined
  Parts parts;
  for (const Recipe& recipe : recipes) parts.emplace_back(recipe, one, environment, way, progress);
  IndexResult result;
  result.out = options.out;
  result.format = options.format;
  each(parts, [](Part& part) { part.build.begin(); });
  const auto key = common_key(parts, options.format);
  if (key) {
    if (auto unchanged = find_unchanged(environment.cache_dir, *key, options.out)) return std::move(*unchanged);
  }
  UnsolvableArches unsolvable;
  each(parts, [&](Part& part) {
    if (auto problem = part.build.solve()) unsolvable.emplace_back(part.arch, std::move(*problem));
  });
  if (!unsolvable.empty()) return unsolvable;
  result.drift = analysis::drift_between(sets_of(parts));
  judge_drift(result.drift, recipes.front().arch_drift, progress);
  each(parts, [](Part& part) { part.build.bring(); });
  const bool installs = std::any_of(parts.begin(), parts.end(), [](const Part& part) { return part.build.installs(); });
  if (installs) rights::go(way);
  make_all({recipes.front(), options, signer}, parts, result);
  const bool all_remembered = std::all_of(result.images.begin(), result.images.end(),
                                          [](const BuildResult& image) { return !image.key.empty(); });
  if (key && all_remembered && progress.warnings().empty()) result.key = *key;
  return result;
}

void remember(const IndexResult& result, const Environment& environment, const Unchanged& said, Progress& progress) {
  remember_output(result.out, result.key, environment.cache_dir, said, progress);
}

}  // namespace rootlet::make
