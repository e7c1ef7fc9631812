#include "fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/fleet_report.hpp"
#include "rootlet/report.hpp"
#include "table.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using verbs::FleetAnswer;
using verbs::FleetRebuild;

constexpr std::size_t most_fleet_images = 40;
constexpr std::size_t most_fleet_libraries = 15;
constexpr std::size_t most_images_named = 8;

std::string image_table(const FleetAnswer& answer, bool all) {
  std::vector<TableRow> rows{{"image", "kind", "packages", "installed", "alone", "layers"}};
  const auto& images = answer.fleet.images;
  const std::size_t shown = all ? images.size() : std::min(images.size(), most_fleet_images);
  for (std::size_t i = 0; i < shown; ++i) {
    const analysis::FleetImage& one = images[i];
    rows.push_back({one_line(one.name), one.kind, grouped(one.packages.size()), human_size(one.size()),
                    human_size(answer.alone[i]), one.layers.empty() ? "-" : human_size(layers_size(one))});
  }
  std::string text = table_text(rows, {2, 3, 4, 5});
  if (images.size() > shown)
    text += fmt::format("and {} (-v shows all)\n", counted(images.size() - shown, "other image"));
  return text;
}

std::string library_text(const FleetAnswer& answer, const analysis::FleetLibrary& library, bool all) {
  std::string text = fmt::format("{}: {}", library.name, counted(library.versions.size(), "version"));
  if (const std::string names = sonames_text(library); !names.empty()) text += " (" + names + ")";
  text = one_line(text) + "\n";
  for (const analysis::LibraryVersion& one : library.versions) {
    text += one_line(fmt::format("  {} in {}", one.version,
                                 fleet_images_text(answer.fleet, one.images, all ? SIZE_MAX : most_images_named))) +
            "\n";
  }
  return text;
}

std::string libraries_text(const FleetAnswer& answer, bool all) {
  const auto& libraries = answer.libraries;  // those with most versions first
  const auto several = static_cast<std::size_t>(
      std::count_if(libraries.begin(), libraries.end(), [](const auto& one) { return one.versions.size() > 1; }));
  std::string text = several == 0
                         ? fmt::format("libraries: {}, each in one version\n", grouped(libraries.size()))
                         : fmt::format("libraries: {}, of which {} there in several versions\n",
                                       grouped(libraries.size()), several == 1 ? "1 is" : grouped(several) + " are");
  const std::size_t shown = all ? several : std::min(several, most_fleet_libraries);
  for (std::size_t i = 0; i < shown; ++i) text += library_text(answer, libraries[i], all);
  if (several > shown) text += fmt::format("and {} more (-v shows all)\n", several - shown);
  return text;
}

std::string rebuild_text(const FleetAnswer& answer, const FleetRebuild& one) {
  std::string text = answer.fleet.images[one.image].name + ": " + one.package.str();
  if (one.by_advisory) {
    text += ", open: " + one.cause + (one.fixed ? ", fixed in " + one.fixed->evr() : "");
  } else {
    text += ", asked for as '" + one.cause + "'";
  }
  text = one_line(text) + "\n";
  return text + (one.why.text.empty() ? "" : one.why.text);
}

std::string rebuilds_text(const FleetAnswer& answer) {
  if (!answer.rebuilds_asked) return "";
  std::set<std::size_t> images;
  for (const FleetRebuild& one : answer.rebuilds) images.insert(one.image);
  std::string text =
      fmt::format("to be built again: {} of {}\n", images.size(), counted(answer.fleet.images.size(), "image"));
  for (const FleetRebuild& one : answer.rebuilds) text += rebuild_text(answer, one);
  return text + not_looked_at_text(answer.not_looked_at, "") + "\n";
}

std::string bases_text(const FleetAnswer& answer) {
  std::string text;
  for (const analysis::FleetBase& one : answer.bases) {
    const std::string& name = answer.fleet.images[one.image].name;
    text += one_line(one.on_it.empty() ? fmt::format("base {}: no image is built on it", name)
                                       : fmt::format("base {}: {} on it: {}", name, counted(one.on_it.size(), "image"),
                                                     fleet_images_text(answer.fleet, one.on_it, most_images_named))) +
            "\n";
  }
  return text;
}

}  // namespace

std::string fleet_images_text(const analysis::Fleet& fleet, const std::vector<std::uint32_t>& images,
                              std::size_t most) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(images.size(), most); ++i) names.push_back(fleet.images[images[i]].name);
  return join(names, ", ") + (images.size() > most ? fmt::format(" and {} more", images.size() - most) : "");
}

std::uint64_t layers_size(const analysis::FleetImage& image) {
  std::uint64_t size = 0;
  for (const analysis::FleetLayer& one : image.layers) size += one.size;
  return size;
}

std::string sonames_text(const analysis::FleetLibrary& library) {
  std::set<std::string> names;
  for (const analysis::LibraryVersion& one : library.versions) names.insert(one.sonames.begin(), one.sonames.end());
  constexpr std::size_t most = 6;
  std::vector<std::string> list(names.begin(), names.end());
  const std::size_t count = list.size();
  list.resize(std::min(count, most));
  return join(list, ", ") + (count > most ? fmt::format(" and {} more", count - most) : "");
}

std::vector<std::string> fleet_sums(const FleetAnswer& answer) {
  const analysis::FleetBytes& bytes = answer.bytes;
  std::vector<std::string> lines{
      fmt::format("{} with {}, {} in all", counted(answer.fleet.images.size(), "image"),
                  counted(bytes.packages, "distinct package"), human_size(bytes.all)),
      fmt::format("of packages that one image has: {}; of the {} that several have: {} once, and {} again",
                  human_size(bytes.alone), grouped(bytes.common_packages), human_size(bytes.common),
                  human_size(bytes.repeated()))};
  const analysis::FleetLayerBytes& layers = answer.layers;
  if (layers.images > 0) {
    lines.push_back(fmt::format("layers of {}: {} in all, {} stored once; {} of {} in several images",
                                counted(layers.images, "image"), human_size(layers.all), human_size(layers.once),
                                grouped(layers.common), grouped(layers.layers)));
  }
  return lines;
}

std::string common_base_text(const FleetAnswer& answer) {
  const analysis::CommonBase& base = answer.common_base;
  if (base.saved == 0) {
    return base.bound == 0 ? "one common base would save nothing"
                           : "one common base: none was found; it could save at most " + human_size(base.bound);
  }
  return fmt::format(
      "one common base of {} ({}) for {} would save {}{}", counted(base.packages.size(), "package"),
      human_size(base.size), counted(base.images.size(), "image"), human_size(base.saved),
      base.proved() ? ", and no other would save more" : "; another one could save at most " + human_size(base.bound));
}

std::vector<std::string> outlier_texts(const FleetAnswer& answer) {
  std::vector<std::string> lines;
  const auto& images = answer.fleet.images;
  for (const analysis::SizeOutlier& one : answer.size_outliers) {
    lines.push_back(fmt::format("{} is {}; half of the images are below {}, and {} to {} would be usual",
                                images[one.image].name, human_size(one.size), human_size(one.median),
                                human_size(one.least), human_size(one.most)));
  }
  for (const analysis::VersionOutlier& one : answer.version_outliers) {
    const Nevra& own = answer.fleet.packages[one.package].nevra;
    lines.push_back(fmt::format("{} has {} {}; {} of {} have {}", images[one.image].name, own.name, own.evr(),
                                one.with_usual, counted(one.images, "image"),
                                answer.fleet.packages[one.usual].nevra.evr()));
  }
  return lines;
}

std::string to_text(const FleetAnswer& answer, bool all) {
  if (answer.fleet.images.empty()) return "";
  std::string text = image_table(answer, all) + "\n";
  for (const std::string& line : fleet_sums(answer)) text += line + "\n";
  text += "\n" + libraries_text(answer, all) + "\n" + rebuilds_text(answer);
  for (const std::string& line : outlier_texts(answer)) text += "out of line: " + one_line(line) + "\n";
  return text + bases_text(answer) + common_base_text(answer) + "\n";
}

std::string problems_text(const FleetAnswer& answer) {
  std::string text;
  for (const verbs::FleetFailure& one : answer.failures) {
    if (const auto* error = std::get_if<Error>(&one.why)) {
      text += fmt::format("rootlet: error: {}\n", printable(error->what()));
      if (!error->hint().empty()) text += fmt::format("hint: {}\n", printable(error->hint()));
    } else {
      text += fmt::format("rootlet: error: {}: no set of packages satisfies the recipe\n{}", printable(one.target),
                          std::get<verbs::Explanation>(one.why).text);
    }
  }
  return text;
}

verbs::Explanation way_explanation(const inspect::Target& target, const analysis::Why& why) {
  nlohmann::ordered_json json = to_json(target.graph, why, std::vector<Alternative>());
  json["build_only"] = false;
  return {way_text(target.graph, why), dump_json(json)};
}

}  // namespace rootlet::report
