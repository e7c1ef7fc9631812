#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

/// Most names in a line; the others are counted.
constexpr std::size_t most_names = 12;

std::string nevra_at(const PackageGraph& graph, PackageId id) { return graph.at(id).nevra.str(); }

/// Requirements behind one step of a chain: "libperl.so()(64bit) [post] because of git, and 2 more".
std::string requirements_text(const PackageGraph& graph, PackageId from, PackageId to) {
  constexpr std::size_t shown = 3;
  std::vector<std::string> texts;
  for (const std::size_t place : analysis::dependencies_between(graph, from, to)) {
    const Dependency& one = graph.dependencies[place];
    std::string text = capability_words(one.capability);
    if (one.kind != EdgeKind::runtime) text += fmt::format(" [{}]", edge_kind_name(one.kind));
    if (!one.condition.empty()) text += " " + because(one.condition);
    if (one.providers.size() > 1) {
      text += fmt::format(" (as {} {})", counted(one.providers.size() - 1, "other"),
                          one.providers.size() == 2 ? "does" : "do");
    }
    texts.push_back(std::move(text));
  }
  const std::size_t count = texts.size();
  texts.resize(std::min(count, shown));
  return join(texts, ", ") + (count > shown ? fmt::format(" and {} more", count - shown) : "");
}

std::string names_text(const PackageGraph& graph, const std::vector<PackageId>& packages) {
  std::vector<std::string> names;
  for (const PackageId id : packages) names.push_back(nevra_at(graph, id));
  const std::size_t count = names.size();
  names.resize(std::min(count, most_names));
  return join(names, ", ") + (count > most_names ? fmt::format(" and {} more", count - most_names) : "");
}

std::string chain_text(const PackageGraph& graph, const analysis::Chain& chain) {
  std::string text;
  for (std::size_t i = 0; i < chain.packages.size(); ++i) {
    text += "  " + nevra_at(graph, chain.packages[i]) + "\n";
    if (i + 1 == chain.packages.size()) break;
    text += "    requires " + requirements_text(graph, chain.packages[i], chain.packages[i + 1]) + "\n";
  }
  return text;
}

std::vector<std::string> only_words(const analysis::Why& why) {
  std::vector<std::string> words;
  if (why.only_scriptlet) words.emplace_back("what scriptlets require");
  if (why.only_weak) words.emplace_back("weak dependencies");
  if (why.only_conditional) words.emplace_back("conditional requirements");
  return words;
}

std::string leaving_text(const PackageGraph& graph, const analysis::Leaving& leaving) {
  if (!leaving.needed) return "to lose it: nothing that stays requires it, so it may just go\n";
  std::string text;
  for (const std::size_t root : leaving.named_by) {
    const std::string named = root_text(graph, graph.roots[root]);
    text += "to lose it: " + named + (named.find(", which ") == std::string::npos ? "" : ",") + " would have to go\n";
  }
  if (!leaving.cut.empty()) {
    text += fmt::format("to lose it: {} would have to go or do without: {}\n", counted(leaving.cut.size(), "package"),
                        names_text(graph, leaving.cut));
  }
  if (!leaving.required_by.empty() && leaving.required_by != leaving.cut) {
    const auto in_cut = [&](PackageId id) {
      return std::find(leaving.cut.begin(), leaving.cut.end(), id) != leaving.cut.end();
    };
    const bool all = std::all_of(leaving.required_by.begin(), leaving.required_by.end(), in_cut);
    text += fmt::format("required directly by {}: {}{}\n", counted(leaving.required_by.size(), "package"),
                        names_text(graph, leaving.required_by),
                        all || leaving.cut.empty() ? "" : "; those not named above would go with them");
  }
  if (leaving.broken.size() > 1) {
    text += fmt::format("without it {} cannot stay, directly or not\n",
                        counted(leaving.broken.size() - 1, "other package"));
  }
  return text;
}

std::string alternatives_text(const std::vector<Alternative>& alternatives) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(alternatives.size(), shown); ++i) {
    const Alternative& other = alternatives[i];
    const std::string detail = detail_text(other);
    text += fmt::format("not chosen: {} from {}, for {}: {}{}{}\n", other.package.str(), other.repo,
                        join(other.capabilities, ", "), in_words(lost_because_name(other.why)),
                        detail.empty() ? "" : ", ", detail);
  }
  if (alternatives.size() > shown) text += fmt::format("not chosen: {} more\n", alternatives.size() - shown);
  return text;
}

Json hop_json(const PackageGraph& graph, PackageId from, PackageId to) {
  Json requirements = Json::array();
  for (const std::size_t place : analysis::dependencies_between(graph, from, to)) {
    const Dependency& one = graph.dependencies[place];
    Json others = Json::array();
    for (const PackageId other : one.providers) {
      if (other != to) others.push_back(nevra_at(graph, other));
    }
    requirements.push_back({{"capability", one.capability},
                            {"kind", edge_kind_name(one.kind)},
                            {"form", form_name(form_of(one.capability))},
                            {"condition", one.condition.capability},
                            {"others", others}});
    if (!one.condition.empty()) requirements.back()["condition_is_there"] = one.condition.is_there;
  }
  return {{"from", nevra_at(graph, from)}, {"to", nevra_at(graph, to)}, {"requirements", requirements}};
}

Json names_json(const PackageGraph& graph, const std::vector<PackageId>& packages) {
  Json names = Json::array();
  for (const PackageId id : packages) names.push_back(nevra_at(graph, id));
  return names;
}

Json chains_json(const PackageGraph& graph, const analysis::Chains& chains) {
  Json list = Json::array();
  for (const analysis::Chain& chain : chains.chains) {
    Json hops = Json::array();
    for (std::size_t i = 0; i + 1 < chain.packages.size(); ++i) {
      hops.push_back(hop_json(graph, chain.packages[i], chain.packages[i + 1]));
    }
    list.push_back({{"root", chain.root}, {"packages", names_json(graph, chain.packages)}, {"hops", hops}});
  }
  return list;
}

/// Name of a root, or the NEVRA of its package where another root of its kind has the same name.
std::string told_apart(const PackageGraph& graph, const Root& root) {
  const bool alone = root.kind == Root::Kind::line || root.packages.size() != 1 ||
                     std::none_of(graph.roots.begin(), graph.roots.end(), [&](const Root& other) {
                       return other.kind == root.kind && other.name == root.name && other.packages != root.packages;
                     });
  return alone ? root.name : graph.at(root.packages.front()).nevra.str();
}

}  // namespace

std::string chains_text(const PackageGraph& graph, const analysis::Why& why) {
  std::string text;
  std::size_t root = graph.roots.size();
  std::size_t listed = 0;
  for (std::size_t i = 0; i < why.chains.chains.size(); ++i) {
    const analysis::Chain& chain = why.chains.chains[i];
    if (chain.root != root) {
      root = chain.root;
      listed = 0;
      text += root_text(graph, graph.roots[root]) + "\n";
    } else {
      text += "  or\n";
    }
    text += chain_text(graph, chain);
    ++listed;
    const bool last = i + 1 == why.chains.chains.size() || why.chains.chains[i + 1].root != root;
    const auto& count = why.chains.counts[root];
    if (last && !count) text += "  and more\n";
    if (last && count && *count > listed) text += fmt::format("  and {} more such ways\n", grouped(*count - listed));
  }
  return text;
}

std::string root_text(const PackageGraph& graph, const Root& root) {
  const std::string name = told_apart(graph, root);
  std::vector<std::string> names;
  for (const PackageId id : root.packages) names.push_back(graph.at(id).nevra.name);
  switch (root.kind) {
    case Root::Kind::line: {
      const std::string place = root.mark.file.empty() ? "" : fmt::format("{}:{}: ", root.mark.file, root.mark.line);
      return place + root.name + (root.via.empty() ? "" : ", " + root.via);
    }
    case Root::Kind::user_installed: return name + ", which the user installed";
    case Root::Kind::base: return name;
    case Root::Kind::stated: return name + ", on which the whole depends directly, says its SBOM";
    case Root::Kind::unrequired: break;
  }
  if (names.size() == 1) return name + ", which no other package requires";
  return join(names, ", ") + ", which only require each other";
}

Json root_json(const PackageGraph& graph, const Root& root) {
  static constexpr const char* kinds[] = {"line", "user_installed", "unrequired", "stated", "base"};
  Json json{{"kind", kinds[static_cast<std::size_t>(root.kind)]}, {"name", root.name}};
  if (root.kind == Root::Kind::line) {
    json["file"] = root.mark.file;
    json["line"] = root.mark.line;
    json["via"] = root.via;
  }
  json["packages"] = names_json(graph, root.packages);
  return json;
}

std::string to_text(const PackageGraph& graph, const analysis::Why& why, const std::vector<Alternative>& alternatives) {
  std::string text = nevra_at(graph, why.package) + "  " + human_size(graph.at(why.package).installed_size) + "\n";
  text += chains_text(graph, why);
  if (why.chains.chains.empty()) text += "nothing leads to it\n";
  if (const auto words = only_words(why); !words.empty())
    text += "it is there only through " + join(words, ", ") + "\n";
  text += leaving_text(graph, why.leaving) + alternatives_text(alternatives);
  return printable(text);
}

Json to_json(const PackageGraph& graph, const analysis::Why& why, const std::vector<Alternative>& alternatives) {
  Json roots = Json::array();
  for (std::size_t r = 0; r < graph.roots.size(); ++r) {
    roots.push_back(root_json(graph, graph.roots[r]));
    roots.back()["chain_count"] = why.chains.counts[r] ? Json(*why.chains.counts[r]) : Json();
  }
  return {{"package", nevra_at(graph, why.package)},
          {"installed_size", graph.at(why.package).installed_size},
          {"roots", roots},
          {"chains", chains_json(graph, why.chains)},
          {"only_through",
           {{"scriptlet", why.only_scriptlet}, {"weak", why.only_weak}, {"conditional", why.only_conditional}}},
          {"to_lose_it",
           {{"needed", why.leaving.needed},
            {"roots", why.leaving.named_by},
            {"cut", names_json(graph, why.leaving.cut)},
            {"required_by", names_json(graph, why.leaving.required_by)},
            {"broken", names_json(graph, why.leaving.broken)}}},
          {"alternatives", alternatives_json(alternatives)}};
}

namespace {

/// "the tests opened and looked at it".
std::string touched_text(const std::optional<Touch>& touched) {
  if (!touched) return "no test touched it";
  std::vector<std::string> how;
  for (const auto& [is_so, word] : {std::pair{touched->executed, "executed"},
                                    {touched->mapped, "mapped"},
                                    {touched->opened, "opened"},
                                    {touched->listed, "listed"},
                                    {touched->written, "wrote"},
                                    {touched->looked_at, "looked at"}}) {
    if (is_so) how.emplace_back(word);
  }
  return "the tests " + join(how, ", ") + " it";
}

/// The way from a file to what the image starts, and what a trace says of it.
std::string file_text(const verbs::WhyFile& file) {
  std::string text;
  if (file.traced) text = printable(file.path) + "\n  trace: " + touched_text(file.touched) + "\n";
  if (file.steps.empty()) {
    return text + printable(file.path) + "\n  nothing that the image starts is known to need it\n";
  }
  for (const analysis::NeededStep& step : file.steps) {
    text += printable(fmt::format("{}\n  {}: {}\n", step.path, step.why.rule->id, analysis::reason_text(step.why)));
  }
  return text;
}

const PackageGraph& graph_of(const inspect::Target& target, const verbs::WhyAnswer& answer) {
  return answer.build_only ? *target.build_graph : target.graph;
}

}  // namespace

std::string to_text(const inspect::Target& target, const verbs::WhyAnswer& answer) {
  std::string text = answer.file ? file_text(*answer.file) : "";
  for (std::size_t i = 0; i < answer.packages.size(); ++i) {
    if (!text.empty()) text += "\n";
    if (answer.build_only) text += "takes part in the build only:\n";
    text += to_text(graph_of(target, answer), answer.packages[i], answer.alternatives[i]);
  }
  return text;
}

Json to_json(const inspect::Target& target, const verbs::WhyAnswer& answer) {
  Json packages = Json::array();
  for (std::size_t i = 0; i < answer.packages.size(); ++i) {
    packages.push_back(to_json(graph_of(target, answer), answer.packages[i], answer.alternatives[i]));
    packages.back()["build_only"] = answer.build_only;
  }
  Json json{{"packages", packages}};
  if (answer.file) {
    Json& file = json["file"];
    file = {{"path", legible(answer.file->path)}, {"steps", Json::array()}};
    if (answer.file->traced) file["touched"] = answer.file->touched ? touch_json(*answer.file->touched) : Json();
    for (const analysis::NeededStep& step : answer.file->steps) {
      file["steps"].push_back({{"path", legible(step.path)},
                               {"rule", step.why.rule->id},
                               {"certain", step.why.rule->certain},
                               {"by", nullptr},
                               {"as", legible(step.why.as)}});
      if (!step.why.by.empty()) file["steps"].back()["by"] = legible(step.why.by);
    }
  }
  return json;
}

}  // namespace rootlet::report
