#include <algorithm>
#include <tuple>

#include "tree.hpp"

namespace rootlet::solv {
namespace {

/// Longer chains are told from both ends.
constexpr std::size_t longest_chain = 8;
constexpr std::size_t chain_ends = 3;
/// How deep the rest of a tree can begin.
constexpr int most_steps = 6;

std::vector<Rank> positive(const std::vector<Rank>& literals, Rank except = 0) {
  std::vector<Rank> found;
  for (const Rank literal : literals) {
    if (literal > 0 && literal != except) found.push_back(literal);
  }
  return found;
}

}  // namespace

Teller::Scope& Teller::owner(Rank rank, Scope& scope) const {
  Scope* found = &scope;
  while (found->parent != nullptr && !found->proof.facts.contains(rank)) found = found->parent;
  return *found;
}

/// The package whose rule this is.
Rank Teller::parent_of(int index) const {
  const auto& literals = clause(index).literals;
  const Rank source = in_.packages.rank(choose(index).source);
  if (std::find(literals.begin(), literals.end(), -source) != literals.end()) return source;
  const auto first = std::find_if(literals.begin(), literals.end(), [](Rank l) { return l < 0; });
  return first != literals.end() ? -*first : 0;
}

std::vector<Rank> Teller::chain(Rank rank, const Scope& owner, int& end) const {
  std::vector<Rank> links;
  end = -1;
  const Scope* scope = &owner;
  while (rank != 0 && links.size() <= static_cast<std::size_t>(in_.packages.ranks())) {
    while (scope->parent != nullptr && !scope->proof.facts.contains(rank)) scope = scope->parent;
    const Justification why = justification(rank, *scope);
    links.push_back(rank);
    if (why.kind != Justification::Kind::clause) break;
    if (clause(why.index).job >= 0) {
      end = why.index;
      break;
    }
    rank = parent_of(why.index);
  }
  std::reverse(links.begin(), links.end());
  return links;
}

std::size_t Teller::root(int index, Scope& scope) {
  const Clause& c = clause(index);
  const bool nested = scope.parent != nullptr;
  if (const auto known = roots_.find(c.job); known != roots_.end() && !nested) return known->second;
  const Job& job = in_.jobs[static_cast<std::size_t>(c.job)];
  ProblemNode node;
  node.why = c.kind == SOLVER_RULE_BEST ? Obstacle::best : Obstacle::asked;
  node.entry = job.item.text;
  node.mark = job.item.mark;
  node.via = job.via;
  node.packages = nevras(positive(c.literals));
  if (nested) return add(node, scope.header);
  const std::size_t added = add(node, std::nullopt);
  roots_[c.job] = added;
  order_.push_back(added);
  return added;
}

/// The other packages that a reader would expect to be chosen instead.
std::vector<Rank> Teller::others_than(Rank rank, const std::vector<Rank>& literals) const {
  std::vector<Rank> found = native(positive(literals));
  std::erase(found, rank);
  return found;
}

std::size_t Teller::link(Rank rank, int index, std::size_t parent, Scope& scope) {
  const Clause& c = clause(index);
  const Info info = choose(index);
  ProblemNode node;
  node.packages = nevras({parent_of(index)});
  node.others = nevras({rank});
  node.why = Obstacle::needs;
  // A 32-bit package needs the 64-bit one of its name and version beside it, without requiring it.
  node.capabilities = {info.dep != 0 ? dep_str(in_.pool, info.dep) : as_rpm(node.others.front())};
  const std::vector<Rank> alternatives = others_than(rank, c.literals);
  node.all = alternatives.empty();
  const std::size_t added = add(node, parent);
  if (!alternatives.empty()) out(alternatives, added, scope, 1);
  cite(index, parent_of(index), scope);
  return added;
}

/// Tells, once, how a package comes to be needed; returns the node that its consequences go under.
std::size_t Teller::must(Rank rank, Scope& from) {
  Scope& scope = owner(rank, from);
  if (const auto known = scope.told.find(rank); known != scope.told.end()) return known->second;
  int end = -1;
  const std::vector<Rank> links = chain(rank, scope, end);
  std::size_t node = scope.header;
  const bool shorten = links.size() > longest_chain;
  std::size_t skipped = 0;
  for (std::size_t i = 0; i < links.size(); ++i) {
    Scope& here = owner(links[i], from);
    if (const auto known = here.told.find(links[i]); known != here.told.end()) {
      node = known->second;
      continue;
    }
    const Justification why = justification(links[i], here);
    if (i == 0) {
      if (end >= 0) {
        node = root(end, here);
        const std::vector<Rank> alternatives = others_than(links[i], clause(end).literals);
        if (!alternatives.empty() && into_->nodes[node].children.empty()) out(alternatives, node, here, 1);
      } else {
        node = here.header;
      }
    } else if (shorten && i >= chain_ends && i + chain_ends < links.size()) {
      if (skipped++ == 0) {
        ProblemNode gap;
        gap.why = Obstacle::needs;
        gap.count = links.size() - 2 * chain_ends;
        node = add(gap, node);
      }
    } else {
      node = link(links[i], why.index, node, here);
    }
    here.told[links[i]] = node;
  }
  return node;
}

void Teller::cite(int index, Rank except, Scope& scope) {
  for (const Rank literal : clause(index).literals) {
    if (literal < 0 && -literal != except) must(-literal, scope);
  }
}

/// The packages that a clause needs to be there, the one last that its cause is told under: the one whose rule it is,
/// else the one that the later entry asks for. Under an assumption, what follows from it comes last.
std::vector<Rank> Teller::sides(int index, Scope& scope) const {
  const Info info = choose(index);
  const Rank source = info.type == SOLVER_RULE_PKG_REQUIRES ? in_.packages.rank(info.source) : 0;
  std::vector<std::tuple<bool, bool, int, Rank>> found;
  for (const Rank literal : clause(index).literals) {
    if (literal > 0) continue;
    int end = -1;
    (void)chain(-literal, owner(-literal, scope), end);
    const int job = end < 0 ? static_cast<int>(in_.jobs.size()) : clause(end).job;
    found.emplace_back(&owner(-literal, scope) == &scope, -literal == source, job, -literal);
  }
  std::sort(found.begin(), found.end());
  std::vector<Rank> ranks;
  for (const auto& side : found) ranks.push_back(std::get<3>(side));
  return ranks;
}

/// Puts the tree last that a package stands in.
void Teller::finish_with(Rank rank, Scope& scope) {
  int end = -1;
  (void)chain(rank, owner(rank, scope), end);
  if (end < 0 || !roots_.contains(clause(end).job)) return;
  const auto last = std::find(order_.begin(), order_.end(), roots_.at(clause(end).job));
  if (last != order_.end()) std::rotate(last, last + 1, order_.end());
}

/// The node under which what a clause says is told.
std::size_t Teller::premises(int index, Scope& scope) {
  const Clause& c = clause(index);
  if (c.job >= 0) return root(index, scope);
  std::size_t parent = scope.header;
  for (const Rank rank : sides(index, scope)) {
    const std::size_t node = must(rank, scope);
    if (scope.parent == nullptr || &owner(rank, scope) == &scope) parent = node;
  }
  return parent;
}

/// Two requirements for versions of one package that have none in common.
void Teller::tell_clash(Scope& scope) {
  const Conflict& conflict = scope.proof.conflict;
  const auto versions = [&](int index) {
    std::vector<Rank> ranks;
    for (const Rank rank : positive(clause(index).literals)) {
      if (justification(-rank, scope).kind == Justification::Kind::none) ranks.push_back(rank);
    }
    return nevras(ranks);
  };
  // "app requires lib < 2", as a node of its own.
  const auto wants = [&](int index) {
    const std::size_t parent = premises(index, scope);
    if (clause(index).job >= 0) return parent;
    const Info info = choose(index);
    ProblemNode node;
    node.why = Obstacle::requires_;
    node.packages = sorted_nevras(in_.pool, {info.source});
    node.capabilities = {dep_str(in_.pool, info.dep)};
    return add(node, parent);
  };
  wants(conflict.clause);
  const std::size_t last = wants(conflict.other);
  ProblemNode node;
  node.why = Obstacle::same_name;
  node.packages = versions(conflict.other);
  node.others = versions(conflict.clause);
  add(node, last);
  if (scope.parent == nullptr && clause(conflict.other).job < 0)
    finish_with(sides(conflict.other, scope).back(), scope);
}

void Teller::tell_conflict(Scope& scope) {
  if (scope.proof.conflict.other >= 0) return tell_clash(scope);
  const int index = scope.proof.conflict.clause;
  const Clause& c = clause(index);
  const std::size_t parent = premises(index, scope);
  if (c.job >= 0) return out(positive(c.literals), parent, scope, 0);
  const std::vector<Rank> needed = sides(index, scope);
  if (needed.empty()) return;
  Group group;
  group.ranks = {needed.back()};
  group.justification = {Justification::Kind::clause, index};
  (void)signature(needed.back(), group);
  int end = -1;
  const auto steps = static_cast<int>(chain(needed.back(), owner(needed.back(), scope), end).size());
  out(group, false, parent, scope, std::min(steps, most_steps));
  if (scope.parent == nullptr) finish_with(needed.back(), scope);
}

}  // namespace rootlet::solv
