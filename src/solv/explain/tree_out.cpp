#include <algorithm>
#include <utility>

#include "tree.hpp"

namespace rootlet::solv {
namespace {

/// How many different reasons are told side by side; deeper down fewer.
constexpr std::size_t widest = 4, widest_below = 3;
constexpr int depth_of_width = 2;
/// From this depth on only one line of a long chain is followed to its end.
constexpr int deepest = 7;
/// How many packages are looked at to tell one list.
constexpr std::size_t most_looked_at = 400;

bool about_two(::SolverRuleinfo type) {
  switch (type) {
    case SOLVER_RULE_PKG_CONFLICTS:
    case SOLVER_RULE_PKG_SAME_NAME:
    case SOLVER_RULE_PKG_OBSOLETES:
    case SOLVER_RULE_PKG_IMPLICIT_OBSOLETES:
    case SOLVER_RULE_PKG_INSTALLED_OBSOLETES:
    case SOLVER_RULE_PKG_CONSTRAINS:
    case SOLVER_RULE_YUMOBS: return true;
    default: return false;
  }
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

/// A dependency with the package's own version as "*": what different versions of it have in common.
std::string Teller::without_own_version(Id package, Id dep) const {
  std::string text = dep_str(in_.pool, dep);
  const Nevra nevra = nevra_of(in_.pool, package);
  for (const std::string& own : {nevra.evr(), nevra.version + "-" + nevra.release, nevra.version}) {
    for (const char* op : {" = ", " >= ", " <= ", " < ", " > "}) {
      if (text.ends_with(op + own)) text.replace(text.size() - own.size(), own.size(), "*");
      replace_all(text, op + own + ")", std::string(op) + "*)");
      replace_all(text, op + own + " ", std::string(op) + "* ");
    }
  }
  return text;
}

std::string Teller::refutation_signature(Rank rank, int index) const {
  const Proof& proof = in_.deduction.refutation(index);
  std::string text = "refuted";
  const auto append = [&](int of) {
    for (const Rank literal : clause(of).literals) {
      text += literal == rank || literal == -rank ? " @" : " " + std::to_string(literal);
    }
    text += ";";
  };
  append(proof.conflict.clause);
  if (proof.conflict.other >= 0) append(proof.conflict.other);
  for (const auto& [fact, why] : proof.facts) {
    if (why.kind == Justification::Kind::clause) append(why.index);
    if (why.kind == Justification::Kind::refuted) text += " r" + std::to_string(why.index);
  }
  return text;
}

/// Two packages with the same signature are out for the same reason. Fills in what the sentence needs.
std::string Teller::signature(Rank rank, Group& group) const {
  const Id package = in_.packages.package(rank);
  if (group.justification.kind == Justification::Kind::refuted) {
    return refutation_signature(rank, group.justification.index);
  }
  if (group.justification.kind != Justification::Kind::clause) return "unknown";
  const int index = group.justification.index;
  group.info = choose(index);
  const Info& info = group.info;
  const std::string type = std::to_string(static_cast<int>(info.type)) + " ";
  for (const Rank literal : clause(index).literals) {
    if (literal > 0 && literal != rank) group.others.push_back(literal);
  }
  if (info.dep != 0) group.capabilities = {dep_str(in_.pool, info.dep)};
  if (about_two(info.type) && info.source != 0 && info.target != 0) {
    const bool mine = info.source == package;
    const Id other = mine ? info.target : info.source;
    const std::string dep = info.dep != 0 && mine ? dep_str(in_.pool, info.dep) : "";
    return type + (mine ? "> " : "< ") + std::to_string(in_.packages.rank(other)) + " " + dep;
  }
  if (info.type == SOLVER_RULE_PKG_NOT_INSTALLABLE) {
    const auto cause = in_.causes.out(package);
    if (!cause) return type;
    return type + std::string(obstacle_name(cause->why)) + cause->mark.str() + cause->entry;
  }
  if (info.source == package && info.dep != 0) return type + without_own_version(package, info.dep);
  return type + std::to_string(index);
}

std::vector<Teller::Group> Teller::grouped(const std::vector<Rank>& ranks, const Scope& scope) const {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < ranks.size() && i < most_looked_at; ++i) {
    const Rank rank = ranks[i];
    Group one;
    one.ranks = {rank};
    one.justification = clearest(rank, scope);
    one.key = signature(rank, one);
    if (one.justification.kind == Justification::Kind::refuted) {
      one.key += str_of(in_.pool, pool_id2solvable(&in_.pool, in_.packages.package(rank))->name);
    }
    const auto [found, fresh] = known.emplace(one.key, groups.size());
    if (fresh) {
      groups.push_back(std::move(one));
      continue;
    }
    Group& group = groups[found->second];
    group.ranks.push_back(rank);
    group.justification = one.justification;
    group.info = one.info;
    group.others.insert(group.others.end(), one.others.begin(), one.others.end());
    if (group.capabilities != one.capabilities) {
      group.capabilities.insert(group.capabilities.end(), one.capabilities.begin(), one.capabilities.end());
    }
  }
  return groups;
}

void Teller::out(const std::vector<Rank>& candidates, std::size_t parent, Scope& scope, int depth) {
  if (candidates.empty()) return;
  const std::vector<Rank> ranks = native(candidates);
  if (full()) return more(ranks.size(), parent);
  const std::vector<Group> groups = grouped(ranks, scope);
  std::map<std::string, std::size_t> of_name;
  const auto name = [&](Rank rank) {
    return str_of(in_.pool, pool_id2solvable(&in_.pool, in_.packages.package(rank))->name);
  };
  for (const Rank rank : ranks) ++of_name[name(rank)];
  const std::size_t limit = depth < depth_of_width ? widest : widest_below;
  std::size_t told = 0;
  for (std::size_t i = 0; i < groups.size() && i < limit; ++i) {
    const Group& group = groups[i];
    const std::size_t versions = of_name[name(group.ranks.front())];
    out(group, versions == group.ranks.size(), parent, scope, depth);
    told += group.ranks.size();
  }
  if (told < ranks.size()) more(ranks.size() - told, parent);
}

/// The packages that a group's requirement could have been met by.
std::vector<Rank> Teller::leads_to(const Group& group, const Scope& scope) const {
  std::set<Rank> found;
  for (const Rank rank : group.others) {
    if (justification(-rank, scope).kind != Justification::Kind::none) found.insert(rank);
  }
  return {found.begin(), found.end()};
}

void Teller::out(const Group& group, bool all, std::size_t parent, Scope& scope, int depth) {
  const bool leads_on = group.justification.kind == Justification::Kind::refuted || !group.others.empty();
  std::string key = group.key;
  for (const Rank rank : group.ranks) key += " " + std::to_string(rank);
  if (leads_on && !group.key.empty()) {
    if (const auto known = memory_.find(key); known != memory_.end()) {
      ProblemNode again;
      again.why = Obstacle::told;
      again.packages = nevras(group.ranks);
      again.all = all;
      again.told = known->second;
      add(again, parent);
      return;
    }
  }
  if (depth >= deepest && leads_on) return far(group, parent, scope, depth);
  ProblemNode node = sentence(group, scope);
  node.all = all && node.packages.size() == group.ranks.size();
  const std::size_t added = add(node, parent);
  // Nodes that hold only under an assumption cannot be referred to from elsewhere.
  if (leads_on && !group.key.empty() && scope.parent == nullptr) memory_[key] = added;
  if (group.justification.kind == Justification::Kind::refuted) {
    Scope inner{in_.deduction.refutation(group.justification.index), &scope, added, {}};
    inner.told[group.ranks.back()] = added;
    if (full()) return more(1, added);
    tell_conflict(inner);
    return;
  }
  out(leads_to(group, scope), added, scope, depth + 1);
}

/// Deep down: the first line of the chain to its end, its middle left out.
void Teller::far(Group group, std::size_t parent, Scope& scope, int depth) {
  std::vector<Group> line{std::move(group)};
  while (line.size() < static_cast<std::size_t>(in_.packages.ranks())) {
    const std::vector<Rank> next = leads_to(line.back(), scope);
    if (next.empty()) break;
    line.push_back(grouped(next, scope).front());
  }
  constexpr std::size_t shown = 3;
  std::size_t from = 0;
  if (line.size() > shown + 1) {
    ProblemNode gap;
    gap.why = Obstacle::requires_;
    gap.count = line.size() - shown;
    parent = add(gap, parent);
    from = line.size() - shown;
  }
  for (std::size_t i = from; i < line.size(); ++i) {
    parent = add(sentence(line[i], scope), parent);
    if (line[i].justification.kind == Justification::Kind::refuted) more(1, parent);
  }
  (void)depth;
}

void Teller::pair_sentence(ProblemNode& node, const Group& group, Scope& scope) {
  const Info& info = group.info;
  const bool mine = info.source == in_.packages.package(group.ranks.back());
  const Id other = mine ? info.target : info.source;
  switch (info.type) {
    case SOLVER_RULE_PKG_SAME_NAME: node.why = Obstacle::same_name; break;
    case SOLVER_RULE_PKG_CONFLICTS:
    case SOLVER_RULE_PKG_CONSTRAINS: node.why = Obstacle::conflicts; break;
    case SOLVER_RULE_YUMOBS: node.why = Obstacle::both_obsolete; break;
    default: node.why = Obstacle::obsoletes; break;
  }
  node.others = sorted_nevras(in_.pool, {other});
  const bool keep = mine || node.why == Obstacle::same_name || node.why == Obstacle::both_obsolete;
  if (!keep) std::swap(node.packages, node.others);
  if (const Rank rank = in_.packages.rank(other);
      rank != 0 && justification(rank, scope).kind != Justification::Kind::none) {
    must(rank, scope);
  }
}

ProblemNode Teller::sentence(const Group& group, Scope& scope) {
  ProblemNode node;
  node.packages = nevras(group.ranks);
  node.capabilities = group.capabilities;
  if (group.justification.kind == Justification::Kind::refuted) {
    node.why = Obstacle::cannot;
    return node;
  }
  const Info& info = group.info;
  const Id package = in_.packages.package(group.ranks.back());
  if (about_two(info.type) && info.source != 0 && info.target != 0) {
    pair_sentence(node, group, scope);
    return node;
  }
  switch (info.type) {
    case SOLVER_RULE_PKG_REQUIRES:
      node.why = Obstacle::requires_;
      if (info.source != package) node.others = std::exchange(node.packages, sorted_nevras(in_.pool, {info.source}));
      if (group.justification.kind == Justification::Kind::clause) {
        cite(group.justification.index, group.ranks.back(), scope);
      }
      break;
    case SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP:
      node.why = Obstacle::nothing_provides;
      node.others = sorted_nevras(in_.pool, in_.causes.near(info.dep));
      missing_.push_back({package, info.dep});
      break;
    case SOLVER_RULE_PKG_SELF_CONFLICT: node.why = Obstacle::self_conflict; break;
    case SOLVER_RULE_INFARCH: node.why = Obstacle::inferior_arch; break;
    case SOLVER_RULE_BLACK: node.why = Obstacle::on_request_only; break;
    case SOLVER_RULE_STRICT_REPO_PRIORITY: node.why = Obstacle::low_priority; break;
    case SOLVER_RULE_PKG_NOT_INSTALLABLE: {
      const auto cause = in_.causes.out(package).value_or(Causes::Out{});
      node.why = cause.why;
      node.entry = cause.entry;
      node.mark = cause.mark;
      node.streams = cause.streams;
      break;
    }
    default: node.why = Obstacle::other; break;
  }
  return node;
}

}  // namespace rootlet::solv
