#include "explain.hpp"

#include <algorithm>
#include <set>

#include "../specs.hpp"
#include "causes.hpp"
#include "changes.hpp"
#include "clauses.hpp"
#include "deduce.hpp"
#include "flat.hpp"
#include "hints.hpp"
#include "tree.hpp"

namespace rootlet::solv {
namespace {

/// Problems beyond these are counted only.
constexpr std::size_t most_problems = 8;
constexpr std::size_t most_counted = 100;
/// How many literals may be looked at, and how many choices supposed at once: over all rules, and over those that
/// libsolv's proofs use.
constexpr std::uint64_t work = 40'000'000;
constexpr int depth = 2, depth_of_core = 6;
constexpr std::size_t most_versions_tried = 3;

void keep_hint(std::vector<Hint>& hints, const Hint& hint) {
  const auto same = [&](const Hint& other) { return other.text == hint.text; };
  if (std::none_of(hints.begin(), hints.end(), same)) hints.push_back(hint);
}

/// Other ways to write an entry: without its version, or with a version other than the best.
std::vector<std::string> other_versions(::Pool& pool, const Job& job) {
  std::vector<std::string> instead;
  const std::vector<Nevra> nevras = sorted_nevras(pool, job.candidates);
  if (nevras.empty() || is_glob(job.item.text)) return instead;
  const std::string& name = nevras.front().name;
  const auto named = [&](const Nevra& nevra) { return nevra.name == name; };
  if (!std::all_of(nevras.begin(), nevras.end(), named)) return instead;
  if (job.item.text != name && job.item.text.starts_with(name)) instead.push_back(name);
  std::set<std::string> seen;
  for (auto nevra = nevras.rbegin(); nevra != nevras.rend() && seen.size() < most_versions_tried; ++nevra) {
    const std::string epoch = nevra->epoch > 0 ? std::to_string(nevra->epoch) + ":" : "";
    const std::string text = name + "-" + epoch + nevra->version + "-" + nevra->release;
    if (nevras.size() > 1 && seen.insert(text).second) instead.push_back(text);
  }
  return instead;
}

/// Collects what hides packages and could be changed: entries of `exclude`, module streams that are not enabled.
void collect_hiding(const Unsolvable& unsolvable, std::size_t node, std::set<std::size_t>& seen, Suspects& into) {
  if (!seen.insert(node).second) return;
  const ProblemNode& n = unsolvable.nodes[node];
  const auto known = [&](const RecipeItem& item) { return item.text == n.entry; };
  if (n.why == Obstacle::excluded && std::none_of(into.excludes.begin(), into.excludes.end(), known)) {
    into.excludes.push_back({n.entry, n.mark});
  }
  for (const std::string& stream : n.streams) {
    if (std::find(into.streams.begin(), into.streams.end(), stream) == into.streams.end())
      into.streams.push_back(stream);
  }
  for (const std::size_t child : n.children) collect_hiding(unsolvable, child, seen, into);
  if (n.why == Obstacle::told) collect_hiding(unsolvable, n.told, seen, into);
}

Suspects suspects_of(::Pool& pool, const Unsolvable& unsolvable, const Problem& problem, const std::set<int>& jobs,
                     const std::vector<Job>& all) {
  Suspects suspects;
  for (const int index : jobs) {
    const Job& job = all[static_cast<std::size_t>(index)];
    if (job.of_files) {
      suspects.requirements.insert(job.item.text);
      continue;
    }
    const auto known = [&](const RecipeItem& item) { return item.text == job.item.text; };
    if (std::any_of(suspects.entries.begin(), suspects.entries.end(), known)) continue;
    suspects.entries.push_back(job.item);
    if (auto instead = other_versions(pool, job); !instead.empty())
      suspects.instead[job.item.text] = std::move(instead);
  }
  std::set<std::size_t> seen;
  for (const std::size_t root : problem.roots) collect_hiding(unsolvable, root, seen, suspects);
  return suspects;
}

/// Where a repository of higher priority hides a version that the best rule would otherwise prefer.
void priority_hint(::Pool& pool, const Unsolvable& unsolvable, const std::set<int>& proof_jobs,
                   const std::vector<Job>& jobs, Problem& problem) {
  const bool best = std::any_of(problem.roots.begin(), problem.roots.end(),
                                [&](std::size_t root) { return unsolvable.nodes[root].why == Obstacle::best; });
  if (!best) return;
  for (const int index : proof_jobs) {
    const std::vector<Id>& ids = jobs[static_cast<std::size_t>(index)].candidates;
    const auto priority = [&](Id id) { return pool_id2solvable(&pool, id)->repo->priority; };
    std::vector<Id> usable;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(usable), [&](Id id) { return installable(pool, id); });
    if (usable.empty()) continue;
    const int top = priority(
        *std::max_element(usable.begin(), usable.end(), [&](Id a, Id b) { return priority(a) < priority(b); }));
    std::map<std::string, std::pair<int, std::vector<Id>>> hidden;
    for (const Id id : usable) {
      if (priority(id) == top) continue;
      auto& [number, packages] = hidden[pool_id2solvable(&pool, id)->repo->name];
      number = -priority(id);
      packages.push_back(id);
    }
    for (const auto& [repo, entry] : hidden) {
      const Nevra newest = sorted_nevras(pool, entry.second).back();
      keep_hint(problem.hints,
                {"priority", "repository '" + repo + "' has " + as_rpm(newest) + ", but its priority " +
                                 std::to_string(entry.first) + " loses against " + std::to_string(-top)});
    }
  }
}

/// The same with what to change, where all problems are told.
Unsolvable with_ways_out(Unsolvable unsolvable, const Request& request, const std::vector<Suspects>& problems,
                         const Attempt& attempt) {
  if (unsolvable.left_out > 0) return unsolvable;
  auto [changes, together] = find_changes(request, problems, attempt);
  unsolvable.changes = std::move(changes);
  unsolvable.together = together;
  return unsolvable;
}

}  // namespace

Unsolvable explain(const View& view, ::Solver& solver, const std::vector<Job>& jobs, const Attempt& attempt) {
  ::Pool& pool = view.pool();
  Unsolvable unsolvable;
  const Clauses clauses(pool, solver, jobs);
  const Causes causes(view);
  std::vector<Suspects> suspects;
  std::set<std::string> said;
  const auto derive = [&](const std::vector<Clause>& rules, int depth_here) {
    Deduction deduction(rules, clauses.names(pool), depth_here, work);
    const std::vector<Proof> proofs = deduction.proofs(most_counted);
    Teller teller({pool, solver, clauses, rules, deduction, jobs, causes});
    for (const Proof& proof : proofs) {
      if (unsolvable.problems.size() == most_problems) {
        unsolvable.left_out = proofs.size() - most_problems;
        break;
      }
      teller.tell(proof, unsolvable);
      Problem& problem = unsolvable.problems.back();
      for (const auto& [package, dep] : teller.missing()) {
        for (const Hint& hint : missing_hints(pool, causes, package, dep)) {
          if (said.insert(hint.text).second) problem.hints.push_back(hint);
        }
      }
      priority_hint(pool, unsolvable, proof.jobs, jobs, problem);
      suspects.push_back(suspects_of(pool, unsolvable, problem, proof.jobs, jobs));
    }
  };
  derive(clauses.all(), depth);
  if (unsolvable.problems.empty()) derive(clauses.core(solver), depth_of_core);
  if (unsolvable.problems.empty()) tell_flat(causes, pool, solver, jobs, unsolvable);
  return suspects.empty() ? unsolvable : with_ways_out(std::move(unsolvable), view.request(), suspects, attempt);
}

namespace {

/// The entry's packages by the reason for which none of them may be chosen.
void tell_hidden(::Pool& pool, const Causes& causes, const std::vector<Id>& packages, std::size_t root,
                 Unsolvable& into) {
  std::map<std::string, std::pair<Causes::Out, std::vector<Id>>> by_cause;
  for (const Id id : packages) {
    const Causes::Out cause = causes.out(id).value_or(Causes::Out{});
    auto& [out, ids] = by_cause[std::string(obstacle_name(cause.why)) + cause.mark.str() + cause.entry];
    out = cause;
    ids.push_back(id);
  }
  for (const auto& [key, entry] : by_cause) {
    into.nodes[root].children.push_back(into.nodes.size());
    into.nodes.push_back({.why = entry.first.why,
                          .entry = entry.first.entry,
                          .mark = entry.first.mark,
                          .packages = sorted_nevras(pool, entry.second),
                          .all = by_cause.size() == 1,
                          .streams = entry.first.streams});
  }
}

}  // namespace

Unsolvable explain_unmatched(const View& view, const std::vector<Job>& entries, const Attempt& attempt) {
  ::Pool& pool = view.pool();
  Unsolvable unsolvable;
  const Causes causes(view);
  std::vector<Suspects> suspects;
  for (const Job& job : entries) {
    const RecipeItem& item = job.item;
    if (unsolvable.problems.size() == most_problems) {
      unsolvable.left_out = entries.size() - most_problems;
      break;
    }
    const std::size_t root = unsolvable.nodes.size();
    unsolvable.nodes.push_back(
        {.why = Obstacle::asked, .entry = item.text, .mark = item.mark, .packages = {}, .via = job.via});
    Problem problem{{root}, {}};
    Suspects suspect;
    if (job.of_files) {
      suspect.requirements = {item.text};
    } else {
      suspect.entries = {item};
    }
    const std::vector<Id> hidden = SpecMatcher(pool, SpecMatcher::Among::all).find(item.text).packages;
    if (!hidden.empty()) {
      tell_hidden(pool, causes, hidden, root, unsolvable);
      std::set<std::size_t> seen;
      collect_hiding(unsolvable, root, seen, suspect);
    } else {
      unsolvable.nodes[root].children.push_back(unsolvable.nodes.size());
      unsolvable.nodes.push_back({.why = Obstacle::no_match, .entry = item.text, .packages = {}});
      Guess guessed = job.of_files ? Guess{missing_hints_of_files(pool, item.text), {}} : guess(pool, item.text);
      problem.hints = std::move(guessed.hints);
      if (!guessed.instead.empty()) suspect.instead[item.text] = std::move(guessed.instead);
    }
    unsolvable.problems.push_back(std::move(problem));
    suspects.push_back(std::move(suspect));
  }
  return with_ways_out(std::move(unsolvable), view.request(), suspects, attempt);
}

Unsolvable explain_plain(const std::vector<PlainProblem>& problems) {
  Unsolvable unsolvable;
  for (const PlainProblem& plain : problems) {
    Problem problem{{unsolvable.nodes.size()}, {}};
    unsolvable.nodes.push_back({.why = Obstacle::other, .entry = plain.what, .mark = plain.mark, .packages = {}});
    for (const std::string& cause : plain.causes) {
      unsolvable.nodes[problem.roots.front()].children.push_back(unsolvable.nodes.size());
      unsolvable.nodes.push_back({.why = Obstacle::other, .entry = cause, .packages = {}});
    }
    if (!plain.hint.empty()) problem.hints.push_back({"module", plain.hint});
    unsolvable.problems.push_back(std::move(problem));
  }
  return unsolvable;
}

}  // namespace rootlet::solv
