#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

Json drift_json(const std::vector<Drift>& all) {
  Json list = Json::array();
  for (const Drift& drift : all) {
    Json versions = Json::array();
    for (const Drift::Version& one : drift.versions) versions.push_back({{"evrs", one.evrs}, {"arches", one.arches}});
    list.push_back({{"name", drift.name}, {"versions", versions}});
  }
  return list;
}

std::string drift_text(const std::vector<Drift>& all) {
  if (all.empty()) return "drift      none: all architectures have the same versions\n";
  std::string text;
  for (const Drift& drift : all) text += printable(fmt::format("drift      {}\n", sentence(drift)));
  return text;
}

}  // namespace

std::string to_text(const std::vector<SetOfArch>& sets, const std::vector<Drift>& drift, bool why) {
  std::string text;
  for (const auto& [arch, solution] : sets) {
    text += fmt::format("{}:\n{}\n", arch, why ? why_text(*solution) : to_text(*solution));
  }
  return text + drift_text(drift);
}

Json to_json(const std::vector<SetOfArch>& sets, const std::vector<Drift>& drift) {
  Json json{{"arches", Json::object()}};
  for (const auto& [arch, solution] : sets) json["arches"][arch] = to_json(*solution);
  json["drift"] = drift_json(drift);
  return json;
}

std::string to_text(const make::UnsolvableArches& unsolvable) {
  std::string text;
  for (const auto& [arch, problem] : unsolvable) text += fmt::format("{}:\n{}", arch, to_text(problem));
  return text;
}

Json to_json(const make::UnsolvableArches& unsolvable) {
  Json json{{"arches", Json::object()}};
  for (const auto& [arch, problem] : unsolvable) json["arches"][arch] = to_json(problem);
  return json;
}

std::string to_text(const make::IndexResult& result, bool times) {
  std::string text = fmt::format("{}: {} with images for {}\n", result.out.string(), what_is(result.format),
                                 counted(result.arches.size(), "architecture"));
  if (!result.drift.empty()) {
    text +=
        fmt::format("  drift      {} with other versions for some of them\n", counted(result.drift.size(), "package"));
  }
  for (const make::WrittenDocument& one : result.documents) {
    text += fmt::format("  document   {}: {}, {}\n", one.file, one.media_type, one.digest);
  }
  text += "  digest     " + result.digest + "\n";
  for (std::size_t i = 0; i < result.images.size(); ++i) {
    const std::string one = times ? to_text(result.images[i]) : summary_text(result.images[i]);
    text += result.arches[i] + ":\n" + one.substr(one.find('\n') + 1);  // without the line that names the output
  }
  return text;
}

Json to_json(const make::IndexResult& result) {
  Json json{{"image",
             {{"path", result.out.string()}, {"format", image::format_name(result.format)}, {"digest", result.digest}}},
            {"drift", drift_json(result.drift)}};
  for (const make::WrittenDocument& one : result.documents) {
    json["documents"].push_back({{"media_type", one.media_type}, {"file", one.file}, {"digest", one.digest}});
  }
  json["arches"] = Json::object();
  for (std::size_t i = 0; i < result.images.size(); ++i) json["arches"][result.arches[i]] = to_json(result.images[i]);
  return json;
}

}  // namespace rootlet::report
