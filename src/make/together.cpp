#include "rootlet/together.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/program.hpp"
#include "base/source_date.hpp"
#include "base/text.hpp"
#include "base/workers.hpp"
#include "finished_builds.hpp"
#include "image/index_of.hpp"
#include "image_build.hpp"
#include "listening.hpp"
#include "publish.hpp"
#include "rights/find_way.hpp"
#include "rootfs/install.hpp"
#include "rootlet/arches.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {
namespace {

using nlohmann::json;

const std::string& name_of(const TogetherRecipe& member) { return member.recipes.front().name; }

/// In a layout a name stands for one image.
void check(const std::vector<TogetherRecipe>& members, const BuildOptions& options) {
  if (options.format != image::Format::oci && options.format != image::Format::oci_archive) {
    throw usage_error("the format " + std::string(image::format_name(options.format)) +
                          " holds one image, and there are several recipes",
                      "choose --format oci or oci-archive, or build them one by one");
  }
  std::map<std::string, fs::path> known;
  for (const TogetherRecipe& member : members) {
    const auto [first, fresh] = known.emplace(name_of(member), member.path);
    if (fresh) continue;
    throw usage_error("'" + first->second.string() + "' and '" + member.path.string() + "' are both for the image '" +
                          name_of(member) + "'",
                      "give one of them another name:");
  }
  image::check_output(options.out, options.format);
}

BuildOptions options_of(const TogetherRecipe& member, const BuildOptions& all, const fs::path& out) {
  BuildOptions one = member.options;
  one.out = out;
  one.format = image::Format::oci;
  one.compression = all.compression;
  one.documents = all.documents;
  one.reuse = all.reuse;
  return one;
}

/// A name for all that decides the builds together, where it is known of each.
std::optional<std::string> common_key(const std::vector<TogetherRecipe>& members, const BuildOptions& options,
                                      const Environment& environment, rights::Way way, Progress& told) {
  if (!options.reuse) return std::nullopt;
  WithoutWarnings progress(told);  // told by the builds
  std::string keys = "together " + std::string(image::format_name(options.format));
  for (const TogetherRecipe& member : members) {
    const BuildOptions how = options_of(member, options, options.out);
    for (const Recipe& recipe : member.recipes) {
      ImageBuild one(recipe, how, environment, way, progress);
      one.begin();
      if (!one.key()) return std::nullopt;
      keys += "\n" + recipe.name + " " + (member.several_arches ? recipe.selection.arch : "") + " " + *one.key();
    }
  }
  return digest_of(keys);
}

json part_of(const BuildResult& result, const std::string& arch) {
  return {{"arch", arch},
          {"packages", result.solution.count() + result.solution.count_in_base()},
          {"in_base", result.solution.count_in_base()},
          {"installed_size", result.solution.totals().size()},
          {"reused", result.layer_reused}};
}

/// In a worker: what became of it, as JSON.
std::string build_one(const TogetherRecipe& member, const BuildOptions& options, const Environment& environment) {
  Progress silent;
  Listening progress(silent);
  json said{{"parts", json::array()}};
  if (member.several_arches) {
    const auto outcome = build_index(member.recipes, options, environment, progress);
    if (const auto* index = std::get_if<IndexResult>(&outcome)) {
      for (std::size_t i = 0; i < index->images.size(); ++i) {
        said["parts"].push_back(part_of(index->images[i], index->arches[i]));
      }
    }
  } else {
    const Recipe& recipe = member.recipes.front();
    const auto outcome = build(recipe, options, environment, progress);
    if (const auto* built = std::get_if<BuildResult>(&outcome)) {
      said["parts"].push_back(part_of(*built, recipe.selection.arch));
    }
  }
  said["warnings"] = progress.warnings();
  return dump_json(said);
}

/// Answers of all workers. The first Error is thrown, the others are warned of.
std::vector<json> answers_of(const std::vector<TogetherRecipe>& members, const std::vector<Outcome>& outcomes,
                             Progress& progress) {
  std::vector<json> answers;
  std::optional<Error> first;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const auto* error = std::get_if<Error>(&outcomes[i])) {
      const Error named = error->within(name_of(members[i]));
      if (first) {
        progress.warn(named.what());
      } else {
        first = named;
      }
      continue;
    }
    answers.push_back(parse_json(std::get<std::string>(outcomes[i])));
    for (const auto& warning : answers.back()["warnings"]) {
      progress.warn(name_of(members[i]) + ": " + warning.get<std::string>());
    }
  }
  if (first) throw Error(*first);
  return answers;
}

/// Solves again what a worker had no solution for: an explanation does not travel between processes.
void explain(const TogetherRecipe& member, const Environment& environment, Progress& told, UnsolvableImages& found) {
  WithoutWarnings progress(told);
  if (member.several_arches) {
    auto outcome = resolve_each(member.recipes, environment, progress);
    if (auto* problems = std::get_if<UnsolvableArches>(&outcome)) {
      for (auto& [arch, problem] : *problems)
        found.images.emplace_back(name_of(member) + " " + arch, std::move(problem));
    }
    return;
  }
  Recipe recipe = member.recipes.front();
  look_into_files(recipe, environment, progress);
  Resolved resolved = resolve(recipe, environment, progress);
  if (auto* problem = std::get_if<Unsolvable>(&resolved.outcome)) {
    found.images.emplace_back(name_of(member), std::move(*problem));
  }
}

TogetherImage image_of(const TogetherRecipe& member, const json& answer) {
  TogetherImage image;
  image.name = name_of(member);
  for (const json& part : answer["parts"]) {
    image.parts.push_back({part["arch"], part["packages"], part["in_base"], part["installed_size"], part["reused"]});
  }
  return image;
}

/// Joins what the workers have made, and publishes it.
void publish_all(const std::vector<TogetherRecipe>& members, const TempDir& workplace, TogetherResult& result) {
  std::vector<image::NamedLayout> layouts;
  for (const TogetherRecipe& member : members) {
    layouts.push_back({name_of(member), open_layout(workplace.directory(), name_of(member))});
  }
  const image::Joined joined = image::write_named(layouts, result.format, rootlet::source_date_epoch().value_or(0),
                                                  workplace.directory(), image_name);
  for (std::size_t i = 0; i < joined.images.size(); ++i) {
    result.images[i].digest = joined.images[i].digest;
    result.images[i].size = joined.images[i].size;
  }
  result.blobs = joined.blobs;
  result.size = joined.size;
  publish_image(workplace, result.out.filename());
}

}  // namespace

std::uint64_t TogetherResult::size_apart() const noexcept {
  std::uint64_t all = 0;
  for (const TogetherImage& image : images) all += image.size;
  return all;
}

std::variant<TogetherResult, UnsolvableImages, Unchanged> build_together(const std::vector<TogetherRecipe>& members,
                                                                         const BuildOptions& options,
                                                                         std::size_t at_once,
                                                                         const Environment& environment,
                                                                         Progress& told) {
  program_identity();  // before libraries load others
  rootfs::require_served();
  check(members, options);
  Listening progress(told);
  const rights::Way way = rights::find_way();
  const auto key = common_key(members, options, environment, way, progress);
  if (key) {
    if (auto unchanged = find_unchanged(environment.cache_dir, *key, options.out)) return std::move(*unchanged);
  }
  const Workplace place = workplace(options.out);
  const TempDir scratch(place.parent, place.prefix);
  std::vector<Job> jobs;
  for (const TogetherRecipe& member : members) {
    const fs::path out = scratch.directory().path() / name_of(member);
    jobs.push_back(
        {name_of(member), [&, out] { return build_one(member, options_of(member, options, out), environment); }});
  }
  progress.begin("building images", jobs.size(), Progress::Unit::items);
  const std::vector<Outcome> outcomes =
      run_workers(jobs, at_once, [&](std::size_t ended, const Job& job) { progress.at(ended, jobs.size(), job.name); });
  progress.end();
  const std::vector<json> answers = answers_of(members, outcomes, progress);
  TogetherResult result;
  result.out = options.out;
  result.format = options.format;
  UnsolvableImages unsolvable;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (answers[i]["parts"].empty()) explain(members[i], environment, progress, unsolvable);
    result.images.push_back(image_of(members[i], answers[i]));
  }
  if (!unsolvable.images.empty()) return unsolvable;
  publish_all(members, scratch, result);
  if (key && progress.warnings().empty() && common_key(members, options, environment, way, progress) == key) {
    result.key = *key;
  }
  return result;
}

void remember(const TogetherResult& result, const Environment& environment, const Unchanged& said, Progress& progress) {
  remember_output(result.out, result.key, environment.cache_dir, said, progress);
}

}  // namespace rootlet::make
