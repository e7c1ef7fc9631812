#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

std::string part_text(const make::TogetherImage::Part& part) {
  std::string text = counted(part.packages, "package");
  if (part.in_base > 0) text += fmt::format(" ({} of the base)", grouped(part.in_base));
  text += fmt::format(", {} installed", human_size(part.installed_size));
  return text + (part.reused ? ", layers of an earlier build" : "");
}

std::string image_text(const make::TogetherImage& image) {
  std::string text = printable(fmt::format("{}: {}\n", image.name, human_size(image.size)));
  for (const make::TogetherImage::Part& part : image.parts) {
    text += fmt::format("  {:<10} {}\n", image.parts.size() > 1 ? part.arch : "packages", part_text(part));
  }
  return text + "  digest     " + image.digest + "\n";
}

}  // namespace

std::string to_text(const make::TogetherResult& result) {
  std::string text = fmt::format("{}: {} with {}\n  stored     {} ({} bytes) in {}; apart the images would take {}\n",
                                 result.out.string(), what_is(result.format), counted(result.images.size(), "image"),
                                 human_size(result.size), grouped(result.size), counted(result.blobs, "blob"),
                                 human_size(result.size_apart()));
  for (const make::TogetherImage& image : result.images) text += image_text(image);
  return text;
}

Json to_json(const make::TogetherResult& result) {
  Json json{{"layout",
             {{"path", result.out.string()},
              {"format", image::format_name(result.format)},
              {"blobs", result.blobs},
              {"size", result.size},
              {"size_apart", result.size_apart()}}},
            {"images", Json::object()}};
  for (const make::TogetherImage& image : result.images) {
    Json arches = Json::object();
    for (const make::TogetherImage::Part& part : image.parts) {
      arches[part.arch] = {{"packages", part.packages},
                           {"in_base", part.in_base},
                           {"installed_size", part.installed_size},
                           {"layers_reused", part.reused}};
    }
    json["images"][image.name] = {{"digest", image.digest}, {"size", image.size}, {"arches", arches}};
  }
  return json;
}

std::string to_text(const make::UnsolvableImages& unsolvable) {
  std::string text;
  for (const auto& [name, problem] : unsolvable.images)
    text += printable(fmt::format("{}:\n", name)) + to_text(problem);
  return text;
}

Json to_json(const make::UnsolvableImages& unsolvable) {
  Json json{{"images", Json::object()}};
  for (const auto& [name, problem] : unsolvable.images) json["images"][name] = to_json(problem);
  return json;
}

}  // namespace rootlet::report
