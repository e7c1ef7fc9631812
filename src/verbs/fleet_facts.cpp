#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "fleet_worker.hpp"

namespace rootlet::verbs {
namespace {

using nlohmann::json;

json nevra_json(const Nevra& one) { return {one.name, one.epoch, one.version, one.release, one.arch}; }

Nevra nevra_in(const json& one) { return {one.at(0), one.at(1), one.at(2), one.at(3), one.at(4)}; }

json image_json(const analysis::FleetImage& image) {
  json layers = json::array();
  for (const analysis::FleetLayer& one : image.layers) layers.push_back({one.digest, one.size});
  json requirements = json::array();
  for (const analysis::FleetRequirement& one : image.requirements) {
    requirements.push_back({one.from, one.to, one.bytes, one.packages});
  }
  return {image.name, image.kind,    image.arch, image.digest, image.place,
          image.base, image.is_base, layers,     requirements};
}

analysis::FleetImage image_in(const json& one) {
  analysis::FleetImage image{one.at(0), one.at(1), one.at(2), one.at(3), one.at(4), one.at(5), one.at(6)};
  for (const json& layer : one.at(7)) image.layers.push_back({layer.at(0), layer.at(1)});
  for (const json& each : one.at(8)) image.requirements.push_back({each.at(0), each.at(1), each.at(2), each.at(3)});
  return image;
}

json rebuild_json(const FleetRebuild& one) {
  json way = json::array();
  for (const Nevra& package : one.way) way.push_back(nevra_json(package));
  return {one.cause,
          one.by_advisory,
          nevra_json(one.package),
          one.fixed ? nevra_json(*one.fixed) : json(),
          one.root,
          way,
          one.why.text,
          one.why.json};
}

FleetRebuild rebuild_in(const json& one) {
  FleetRebuild rebuild;
  rebuild.cause = one.at(0);
  rebuild.by_advisory = one.at(1);
  rebuild.package = nevra_in(one.at(2));
  if (!one.at(3).is_null()) rebuild.fixed = nevra_in(one.at(3));
  rebuild.root = one.at(4);
  for (const json& package : one.at(5)) rebuild.way.push_back(nevra_in(package));
  rebuild.why = {one.at(6), one.at(7)};
  return rebuild;
}

json reading_json(const FleetReading& reading) {
  json parts = json::array();
  for (const FleetPart& part : reading.parts) {
    json packages = json::array();
    for (std::size_t i = 0; i < part.facts.packages.size(); ++i) {
      const analysis::FleetPackage& one = part.facts.packages[i];
      packages.push_back({nevra_json(one.nevra), one.source, one.source_version, one.sonames, one.size,
                          bool{part.facts.in_base[i]}, part.facts.needs[i]});
    }
    json rebuilds = json::array();
    for (const FleetRebuild& one : part.rebuilds) rebuilds.push_back(rebuild_json(one));
    parts.push_back({image_json(part.facts.image), std::move(packages), std::move(rebuilds), part.not_looked_at,
                     part.facts.retained});
  }
  json said{{"parts", std::move(parts)}, {"warnings", reading.warnings}};
  if (reading.unsolvable) said["unsolvable"] = {reading.unsolvable->text, reading.unsolvable->json};
  if (reading.as_first) said["as_first"] = true;
  if (reading.failure) {
    said["failure"] = {reading.failure->what(), reading.failure->hint(), static_cast<int>(reading.failure->kind())};
  }
  return said;
}

FleetReading reading_in(const json& said) {
  FleetReading reading;
  reading.as_first = said.contains("as_first");
  if (const auto failure = said.find("failure"); failure != said.end()) {
    reading.failure = Error(failure->at(0), failure->at(1), static_cast<ErrorKind>(failure->at(2).get<int>()));
  }
  reading.warnings = said.at("warnings");
  if (const auto why = said.find("unsolvable"); why != said.end()) {
    reading.unsolvable = Explanation{why->at(0), why->at(1)};
  }
  for (const json& one : said.at("parts")) {
    FleetPart& part = reading.parts.emplace_back();
    part.facts.image = image_in(one.at(0));
    for (const json& package : one.at(1)) {
      part.facts.packages.push_back(
          {nevra_in(package.at(0)), package.at(1), package.at(2), package.at(3), package.at(4)});
      part.facts.in_base.push_back(package.at(5).get<bool>());
      part.facts.needs.push_back(package.at(6).get<analysis::FleetNeeds>());
    }
    for (const json& rebuild : one.at(2)) part.rebuilds.push_back(rebuild_in(rebuild));
    part.not_looked_at = one.at(3);
    part.facts.retained = one.at(4).get<std::vector<std::uint64_t>>();
  }
  return reading;
}

}  // namespace

std::string to_line(const std::vector<FleetReading>& readings) {
  json all = json::array();
  for (const FleetReading& one : readings) all.push_back(reading_json(one));
  return dump_json(all);
}

std::vector<FleetReading> fleet_readings_of(std::string_view line) {
  std::vector<FleetReading> readings;
  const json all = parse_json(line);
  for (const json& one : all) readings.push_back(reading_in(one));
  return readings;
}

}  // namespace rootlet::verbs
