#include <algorithm>
#include <nlohmann/json.hpp>

#include "graph.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

class GraphJson {
 public:
  GraphJson(const PackageGraph& graph, const analysis::View& view)
      : graph_(graph),
        view_(view),
        ids_(analysis::node_ids(graph)),
        group_(graph.packages.size()),
        is_root_(graph.packages.size()),
        shown_(graph.packages.size()),
        reached_(graph.packages.size(), true) {
    for (const PackageId id : analysis::root_packages(graph)) is_root_[index(id)] = true;
    for (const PackageId id : analysis::unreached(graph)) reached_[index(id)] = false;
  }

  Json json() {
    // In this order: packages name their groups, and roots only packages that are shown.
    Json groups = groups_json();
    Json packages = packages_json();
    Json roots = roots_json();
    return {{"packages", std::move(packages)}, {"roots", std::move(roots)}, {"groups", std::move(groups)},
            {"edges", edges_json()},           {"unmet", unmet_json()},     {"implied", view_.implied}};
  }

 private:
  Json groups_json() {
    Json groups = Json::array();
    for (const analysis::ViewCluster& cluster : view_.clusters) {
      std::vector<PackageId> members;
      for (const std::size_t node : cluster.nodes) members.push_back(view_.nodes[node].packages.front());
      groups.push_back(group_json(cluster.id, std::move(members), false));
    }
    for (const analysis::ViewNode& node : view_.nodes) {
      if (node.kind == analysis::ViewNode::Kind::group) groups.push_back(group_json(node.id, node.packages, true));
    }
    return groups;
  }

  Json group_json(const std::string& id, std::vector<PackageId> members, bool collapsed) {
    std::sort(members.begin(), members.end());
    for (const PackageId member : members) group_[index(member)] = id;
    return {{"id", id}, {"packages", ids_of(members)}, {"collapsed", collapsed}};
  }

  Json packages_json() {
    std::vector<PackageId> shown;
    for (const analysis::ViewNode& node : view_.nodes) {
      if (node.kind != analysis::ViewNode::Kind::root)
        shown.insert(shown.end(), node.packages.begin(), node.packages.end());
    }
    std::sort(shown.begin(), shown.end());
    for (const PackageId id : shown) shown_[index(id)] = true;
    Json packages = Json::array();
    for (const PackageId id : shown) {
      const GraphPackage& package = graph_.at(id);
      const std::string& group = group_[index(id)];
      packages.push_back({{"id", ids_[index(id)]},
                          {"name", package.nevra.name},
                          {"epoch", package.nevra.epoch},
                          {"version", package.nevra.version},
                          {"release", package.nevra.release},
                          {"arch", package.nevra.arch},
                          {"nevra", package.nevra.str()},
                          {"installed_size", package.installed_size},
                          {"disk_size", package.disk_size ? Json(*package.disk_size) : Json()},
                          {"group", group.empty() ? Json() : Json(group)},
                          {"root", bool{is_root_[index(id)]}},
                          {"reached", bool{reached_[index(id)]}}});
    }
    return packages;
  }

  Json roots_json() {
    Json roots = Json::array();
    for (const analysis::ViewNode& node : view_.nodes) {
      if (node.kind != analysis::ViewNode::Kind::root) continue;
      Json root{{"id", node.id}};
      root.update(root_json(graph_, graph_.roots[node.root]));
      std::vector<PackageId> named = node.packages;
      std::erase_if(named, [&](PackageId id) { return !shown_[index(id)]; });
      root["packages"] = ids_of(named);
      roots.push_back(std::move(root));
    }
    return roots;
  }

  Json edges_json() {
    Json edges = Json::array();
    for (const analysis::ViewEdge& edge : view_.edges) {
      if (edge.requirements.empty()) continue;
      Json requirements = Json::array();
      for (const analysis::ViewRequirement& one : edge.requirements) {
        requirements.push_back({{"from", ids_[index(one.from)]},
                                {"to", ids_[index(one.to)]},
                                {"capability", one.capability},
                                {"kind", edge_kind_name(one.kind)},
                                {"form", form_name(form_of(one.capability))},
                                {"condition", one.condition.capability},
                                {"others", ids_of(one.others)}});
        if (!one.condition.empty()) requirements.back()["condition_is_there"] = one.condition.is_there;
      }
      edges.push_back({{"from", view_.nodes[edge.from].id},
                       {"to", view_.nodes[edge.to].id},
                       {"class", kind_class_name(edge.strongest)},
                       {"requirements", std::move(requirements)}});
    }
    return edges;
  }

  Json unmet_json() {
    Json unmet = Json::array();
    for (const analysis::ViewUnmet& one : view_.unmet) {
      unmet.push_back(
          {{"from", view_.nodes[one.from].id}, {"capability", one.capability}, {"kind", edge_kind_name(one.kind)}});
    }
    return unmet;
  }

  [[nodiscard]] Json ids_of(const std::vector<PackageId>& packages) const {
    Json ids = Json::array();
    for (const PackageId id : packages) ids.push_back(ids_[index(id)]);
    return ids;
  }

  const PackageGraph& graph_;
  const analysis::View& view_;
  std::vector<std::string> ids_;
  std::vector<std::string> group_;
  std::vector<bool> is_root_, shown_, reached_;
};

}  // namespace

Json to_json(const PackageGraph& graph, const analysis::View& view) { return GraphJson(graph, view).json(); }

}  // namespace rootlet::report
