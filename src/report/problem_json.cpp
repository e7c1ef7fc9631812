#include <nlohmann/json.hpp>

#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

Json place(const Mark& mark) { return {{"file", mark.file}, {"line", mark.line}, {"column", mark.column}}; }

Json node_json(const ProblemNode& node, std::size_t index) {
  Json json = {{"id", index}, {"why", obstacle_name(node.why)}, {"sentence", sentence(node)}};
  if (!node.entry.empty()) json["entry"] = node.entry;
  if (!node.mark.file.empty()) json["place"] = place(node.mark);
  if (!node.via.empty()) json["via"] = node.via;
  if (!node.streams.empty()) json["streams"] = node.streams;
  if (!node.packages.empty()) json["packages"] = nevras_json(node.packages);
  if (!node.capabilities.empty()) json["capabilities"] = node.capabilities;
  if (!node.others.empty()) json["others"] = nevras_json(node.others);
  if (node.count > 0) json["count"] = node.count;
  if (node.why == Obstacle::told) json["see"] = node.told;
  json["children"] = node.children;
  return json;
}

}  // namespace

Json to_json(const Unsolvable& unsolvable) {
  Json nodes = Json::array();
  for (std::size_t i = 0; i < unsolvable.nodes.size(); ++i) nodes.push_back(node_json(unsolvable.nodes[i], i));
  Json problems = Json::array();
  for (const Problem& problem : unsolvable.problems) {
    Json hints = Json::array();
    for (const Hint& hint : problem.hints) hints.push_back({{"kind", hint.kind}, {"text", hint.text}});
    problems.push_back({{"roots", problem.roots}, {"hints", hints}});
  }
  Json changes = Json::array();
  for (const RecipeChange& change : unsolvable.changes) {
    changes.push_back({{"place", place(change.mark)},
                       {"list", change.list},
                       {"from", change.from},
                       {"to", change.to},
                       {"sentence", sentence(change)}});
  }
  return {{"problems", problems},
          {"nodes", nodes},
          {"left_out", unsolvable.left_out},
          {"changes", changes},
          {"changes_together", unsolvable.together}};
}

}  // namespace rootlet::report
