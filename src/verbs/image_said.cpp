#include "image_said.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "history/record.hpp"

namespace rootlet::verbs {

using nlohmann::json;

std::string to_line(const ImageSaid& said) {
  json reasons = json::array();
  for (const PlanReason& one : said.reasons) {
    json marks = json::array();
    for (const Mark& mark : one.marks) marks.push_back({mark.file, mark.line, mark.column});
    reasons.push_back({static_cast<int>(one.kind), marks, one.keys});
  }
  json records = json::array();
  for (const HistoryRecord& one : said.records) records.push_back(history::to_line(one));
  json before = json::array();
  for (const HistoryRecord& one : said.before) before.push_back(history::to_line(one));
  json all{{"before", before},
           {"fate", static_cast<int>(said.fate)},
           {"reasons", reasons},
           {"records", records},
           {"downloads", said.downloads},
           {"digest", said.digest},
           {"pushed", said.pushed},
           {"warnings", said.warnings}};
  if (said.unsolvable) all["unsolvable"] = {said.unsolvable->text, said.unsolvable->json};
  return dump_json(all);
}

ImageSaid image_said_of(std::string_view line) {
  const json all = parse_json(line);
  ImageSaid said;
  said.fate = static_cast<ImageFate>(all.at("fate").get<int>());
  for (const json& one : all.at("reasons")) {
    PlanReason& reason = said.reasons.emplace_back();
    reason.kind = static_cast<PlanReason::Kind>(one.at(0).get<int>());
    for (const json& mark : one.at(1)) reason.marks.push_back({mark.at(0), mark.at(1), mark.at(2)});
    reason.keys = one.at(2).get<std::vector<std::string>>();
  }
  for (const json& one : all.at("records")) said.records.push_back(history::from_line(one.get<std::string>()));
  for (const json& one : all.at("before")) said.before.push_back(history::from_line(one.get<std::string>()));
  said.downloads = all.at("downloads").get<std::vector<std::pair<std::string, std::uint64_t>>>();
  said.digest = all.at("digest");
  said.pushed = all.at("pushed");
  said.warnings = all.at("warnings").get<std::vector<std::string>>();
  if (const auto why = all.find("unsolvable"); why != all.end()) said.unsolvable = Explanation{why->at(0), why->at(1)};
  return said;
}

}  // namespace rootlet::verbs
