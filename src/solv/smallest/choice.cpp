#include "choice.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <tuple>

#include "../installed.hpp"
#include "../requirement_tree.hpp"
#include "../specs.hpp"
#include "candidates.hpp"
#include "guard.hpp"
#include "identity.hpp"
#include "rootlet/error.hpp"
#include "weak.hpp"

namespace rootlet::solv {
namespace {

/// Bytes. No package is as large; metadata that say so must not make the problem endless.
constexpr std::uint64_t most_counted = std::uint64_t{1} << 36U;

/// Least seconds of a round of the search, so that the last ones have a chance to end well.
constexpr double least_seconds = 0.5;

/// After so many rounds in which headers were read, those of all that could stand in for a package are read at once.
constexpr int patient_rounds = 3;

std::set<Id> matching(::Pool& pool, const std::vector<Preference>& entries, bool only_tie, const char* key,
                      std::vector<std::string>& warnings) {
  const SpecMatcher matcher(pool);
  std::set<Id> found;
  for (const Preference& entry : entries) {
    if (entry.only_tie != only_tie) continue;
    const auto packages = matcher.find_nevra(entry.item.text).packages;
    if (packages.empty()) {
      warnings.push_back(entry.item.mark.str() + ": " + key + ": no package matches '" + entry.item.text + "'");
    }
    found.insert(packages.begin(), packages.end());
  }
  return found;
}

}  // namespace

Preferences preferences_of(::Pool& pool, const Goal& goal, std::vector<std::string>& warnings) {
  return {matching(pool, goal.prefer, false, "prefer", warnings), matching(pool, goal.prefer, true, "prefer", warnings),
          matching(pool, goal.avoid, false, "avoid", warnings), matching(pool, goal.avoid, true, "avoid", warnings)};
}

Choice::Choice(const View& view, KnownHeaders& headers, ::Solver& solver, const Request& request,
               const std::vector<Id>& dnf, Preferences preferences)
    : headers_(headers),
      pool_(view.pool()),
      request_(request),
      preferences_(std::move(preferences)),
      dnf_(dnf),
      allowed_(pool_.nsolvables) {
  IdMap found(pool_.nsolvables);
  for (const Id id : dnf) found.set(id);
  const SolverRules rules = rules_of(solver, found);
  if (request.selection.goal.objective == Objective::dnf) {
    for (const Id id : dnf) allowed_.set(id);
  } else {
    obsoleted_ = mark_candidates(pool_, found, allowed_);
    guarded_ = guarded_packages(pool_, rules, dnf, request.keep_provider);
    for (const Id id : guarded_) allowed_.clear(id);
    disallow_impossible(rules.packages, allowed_, pool_.nsolvables);
  }
  Rules all = rules.packages;
  for (std::size_t i = 0; i < rules.request.size(); ++i) all.add(rules.request[i]);
  if (request.selection.goal.objective == Objective::dnf) {
    for (const Id id : dnf) all.add(std::vector{id});
  }
  Rules weak;
  if (request.selection.weak_deps.any()) add_weak_rules(pool_, found, allowed_, weak);
  for (std::size_t i = 0; i < weak.size(); ++i) all.add(weak[i]);
  rules_ = reachable(all, allowed_, pool_.nsolvables);
  number(rules_);
  if (dropping()) {
    staying_rules_ = rules.request;
    for (std::size_t i = 0; i < weak.size(); ++i) staying_rules_.add(weak[i]);
  }
  make_program();
}

void Choice::make_program() {
  program_ = {};
  relaxed_.clear();
  relaxed_in_ties_.clear();
  program_.variables = static_cast<int>(ids_.size()) * (dropping() ? 2 : 1);
  add_rules(rules_, Stage::installed);
  if (dropping()) {
    add_rules(staying_rules_, Stage::staying);
    add_requirements_of_staying();
    add_identity();
  }
  add_preferences(rules_);
  add_levels();
}

bool Choice::learn(const std::vector<Id>& packages) {
  if (!headers_.learn(packages)) return false;
  make_program();
  return true;
}

void Choice::number(const Rules& rules) {
  std::set<Id> used;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const Id literal : rules[i]) used.insert(std::abs(literal));
  }
  std::vector<std::pair<Package, Id>> found;
  found.reserve(used.size());
  for (const Id id : used) found.emplace_back(headers_.package(id), id);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.nevra, a.first.repo) < std::tie(b.first.nevra, b.first.repo);
  });
  for (auto& [package, id] : found) {
    ids_.push_back(id);
    numbers_[id] = static_cast<int>(ids_.size());
    packages_.push_back(std::move(package));
  }
}

/// 0 for a package that is in no set that matters.
optimize::Literal Choice::literal(Id id, Stage stage) const {
  const auto found = numbers_.find(std::abs(id));
  if (found == numbers_.end()) return 0;
  const int offset = dropping() && stage == Stage::installed ? static_cast<int>(ids_.size()) : 0;
  return id > 0 ? found->second + offset : -(found->second + offset);
}

void Choice::add_rules(const Rules& rules, Stage stage) {
  std::vector<optimize::Literal> clause;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    clause.clear();
    bool always = false;
    for (const Id id : rules[i]) {
      const optimize::Literal each = literal(id, stage);
      if (each != 0) clause.push_back(each);
      always = always || (each == 0 && id < 0);
    }
    if (!always) program_.clauses.add(clause);
  }
}

/// The requirements of a package that are not those of scriptlets alone.
std::vector<Id> Choice::needed_at_run_time(Id package) const {
  // What the base has stays, and with it what meets its requirements, as far as they are met at all.
  if (is_installed(pool_, package)) return {};
  if (!headers_.decide()) return requirements(pool_, package, -1);
  const HeaderFacts* facts = headers_.find(package);
  if (facts == nullptr) return {};
  std::vector<Id> needed = requirements(pool_, package, 0);
  // Requirements that are written in another way than in the header stay.
  std::erase_if(needed, [&](Id dep) { return facts->of_scriptlets.contains(dep_str(pool_, dep)); });
  return needed;
}

void Choice::add_requirements_of_staying() {
  Rules rules;
  for (const Id id : ids_) {
    const Formula without{{-id}};
    const auto add = [&](const Formula& formula) {
      for (const auto& rule : either(without, formula)) rules.add(rule);
    };
    for (const Id dep : needed_at_run_time(id)) add(formula_of(pool_, dep));
    for (const Id dep : dependencies(pool_, id, SOLVABLE_CONFLICTS)) {
      if (is_rich(pool_, dep)) add(formula_of(pool_, dep, true));  // what stays may make a condition fail
    }
    const std::vector<optimize::Literal> installed_if_staying{-literal(id, Stage::staying),
                                                              literal(id, Stage::installed)};
    program_.clauses.add(installed_if_staying);
  }
  add_rules(rules, Stage::staying);
}

void Choice::add_identity() {
  for (const Id id : staying_identity(pool_, request_)) {
    const std::vector<optimize::Literal> rule{-literal(id, Stage::installed), literal(id, Stage::staying)};
    if (rule.back() != 0) program_.clauses.add(rule);
  }
}

/// For each rule that preferred packages can satisfy, a variable that says that they do not.
void Choice::add_preferences(const Rules& rules) {
  const auto add = [&](const std::set<Id>& preferred, std::vector<int>& relaxed) {
    if (preferred.empty()) return;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      std::vector<optimize::Literal> clause;
      bool can_be_met = false;
      for (const Id id : rules[i]) {
        if (id < 0 || preferred.contains(id)) clause.push_back(literal(id, Stage::staying));
        can_be_met = can_be_met || (id > 0 && preferred.contains(id));
      }
      if (!can_be_met) continue;
      clause.push_back(++program_.variables);
      relaxed.push_back(program_.variables);
      program_.clauses.add(clause);
    }
  };
  add(preferences_.prefer, relaxed_);
  add(preferences_.prefer_in_ties, relaxed_in_ties_);
}

template <class Cost>
void Choice::add_level(Stage stage, Cost cost) {
  optimize::Costs costs(static_cast<std::size_t>(program_.variables), 0);
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    costs.at(static_cast<std::size_t>(literal(ids_[i], stage)) - 1) = cost(ids_[i], packages_[i]);
  }
  program_.levels.push_back(std::move(costs));
}

void Choice::add_levels() {
  const auto add_wishes = [&](const std::set<Id>& avoided, const std::vector<int>& relaxed) {
    if (avoided.empty() && relaxed.empty()) return;
    add_level(Stage::staying, [&](Id id, const Package&) { return avoided.contains(id) ? 1U : 0U; });
    for (const int variable : relaxed) program_.levels.back().at(static_cast<std::size_t>(variable) - 1) = 1;
  };
  const auto one = [](Id, const Package& package) { return std::uint64_t{package.in_base() ? 0U : 1U}; };
  const auto installed_size = [&](Id id, const Package& package) { return counted_size(id, package); };
  const auto size = [&](Id id, const Package& package) {
    if (package.in_base()) return std::uint64_t{0};
    const bool download = request_.selection.goal.objective == Objective::download;
    const std::uint64_t bytes = download ? std::min(package.download_size, most_counted) : counted_size(id, package);
    return bytes + request_.selection.goal.package_penalty;
  };
  const bool fewest = request_.selection.goal.objective == Objective::fewest;
  add_wishes(preferences_.avoid, relaxed_);
  main_level_ = program_.levels.size();
  for (const Stage stage : {Stage::staying, Stage::installed}) {
    if (stage == Stage::installed && !dropping()) continue;
    fewest ? add_level(stage, one) : add_level(stage, size);
    if (stage == Stage::staying) add_wishes(preferences_.avoid_in_ties, relaxed_in_ties_);
    fewest ? add_level(stage, installed_size) : add_level(stage, one);
  }
  // Of equals the one of known packages: no header need be read to find out that it is no better.
  for (const Stage stage : {Stage::staying, Stage::installed}) {
    if (!headers_.decide() || (stage == Stage::installed && !dropping())) continue;
    add_level(stage, [&](Id id, const Package&) { return headers_.find(id) == nullptr ? 1U : 0U; });
  }
}

std::uint64_t Choice::counted_size(Id id, const Package& package) const {
  if (package.in_base()) return 0;
  if (!headers_.decide()) return std::min(package.installed_size, most_counted);
  const HeaderFacts* facts = headers_.find(id);
  return facts == nullptr ? 0 : std::min(facts->kept_size, most_counted);
}

Chosen Choice::best() {
  optimize::EffortLimits left = limits();
  const double least = std::min(left.seconds, least_seconds);
  for (int round = 0;; ++round) {
    const auto start = std::chrono::steady_clock::now();
    auto chosen = solve(program_, assignment(dnf_, program_.variables), left);
    if (!chosen) throw Error("the smallest set of packages cannot be found: not even DNF's fits the rules");
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    left.seconds = std::max(left.seconds - spent.count(), least);
    if (!learn(round < patient_rounds ? chosen->packages : with_rivals(chosen->packages))) return *chosen;
    if (chosen->settled) continue;
    // The search was cut short: it stays the best that was found, with its true value.
    const Chosen dnf{dnf_, {}, chosen->optimality, false};
    if (main_level_ == 0 && value_of(dnf) < value_of(*chosen)) chosen = dnf;
    if (!fits(*chosen)) chosen->build_only.clear();  // by what was learned last, more stays than it took
    chosen->optimality.value = value_of(*chosen);
    chosen->optimality.by_headers = headers_.decide();
    return *chosen;
  }
}

optimize::EffortLimits Choice::limits() const {
  return {request_.limits.conflicts, request_.limits.seconds.value_or(std::numeric_limits<double>::infinity())};
}

bool Choice::fits(const Chosen& chosen) const {
  std::vector<bool> values = assignment(chosen.packages, program_.variables);
  for (const Id id : chosen.build_only) {
    if (const auto variable = literal(id, Stage::staying); variable != 0) {
      values.at(static_cast<std::size_t>(variable) - 1) = false;
    }
  }
  const auto holds = [&](optimize::Literal each) {
    return values.at(static_cast<std::size_t>(std::abs(each)) - 1) == (each > 0);
  };
  for (std::size_t i = 0; i < program_.clauses.size(); ++i) {
    const auto clause = program_.clauses[i];
    if (std::none_of(clause.begin(), clause.end(), holds)) return false;
  }
  return true;
}

std::vector<Id> Choice::with_rivals(const std::vector<Id>& packages) const {
  std::set<Id> unknown;
  for (const Id id : packages) {
    if (headers_.find(id) == nullptr) unknown.insert(id);
  }
  std::set<Id> all(packages.begin(), packages.end());
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const auto rule = rules_[i];
    if (std::none_of(rule.begin(), rule.end(), [&](Id id) { return unknown.contains(id); })) continue;
    for (const Id id : rule) {
      if (id > 0) all.insert(id);
    }
  }
  return {all.begin(), all.end()};
}

std::optional<Chosen> Choice::best_with(const Formula& further) {
  for (;;) {
    optimize::Program program = program_;
    for (const auto& rule : further) {
      std::vector<optimize::Literal> clause;
      for (const Id id : rule) {
        if (const auto each = literal(id, Stage::installed); each != 0) clause.push_back(each);
      }
      program.clauses.add(clause);
    }
    auto chosen = solve(program, {}, limits());
    if (!chosen || !learn(chosen->packages)) return chosen;
    if (chosen->settled) continue;
    chosen->optimality.value = value_of(*chosen);
    return chosen;
  }
}

std::uint64_t Choice::value_of(const Chosen& chosen) const {
  std::uint64_t value = 0;
  for (const Id id : chosen.packages) {
    if (chosen.build_only.contains(id)) continue;
    if (const auto variable = literal(id, Stage::staying); variable != 0) {
      value += program_.levels.at(main_level_).at(static_cast<std::size_t>(variable) - 1);
    }
  }
  return value;
}

/// All of them are installed and stay, and no preference is met.
std::vector<bool> Choice::assignment(const std::vector<Id>& packages, int variables) const {
  std::vector<bool> values(static_cast<std::size_t>(variables), false);
  const auto set = [&](int variable) { values.at(static_cast<std::size_t>(variable) - 1) = true; };
  for (const Id id : packages) {
    for (const Stage stage : {Stage::staying, Stage::installed}) {
      if (const auto variable = literal(id, stage); variable != 0) set(variable);
    }
  }
  for (const auto* relaxed : {&relaxed_, &relaxed_in_ties_}) std::for_each(relaxed->begin(), relaxed->end(), set);
  return values;
}

std::optional<Chosen> Choice::solve(const optimize::Program& program, const std::vector<bool>& known,
                                    const optimize::EffortLimits& limits) const {
  const auto optimum = optimize::minimize(program, known, limits);
  if (!optimum) return std::nullopt;
  Chosen chosen;
  const auto in = [&](Id id, Stage stage) {
    return optimum->values.at(static_cast<std::size_t>(literal(id, stage)) - 1);
  };
  for (const Id id : ids_) {
    if (!in(id, Stage::installed)) continue;
    chosen.packages.push_back(id);
    if (!in(id, Stage::staying)) chosen.build_only.insert(id);
  }
  chosen.settled = optimum->proved;
  Optimality& optimality = chosen.optimality;
  optimality.by_headers = headers_.decide();
  optimality.objective = request_.selection.goal.objective;
  optimality.proved = optimum->proved && request_.selection.goal.objective != Objective::dnf;
  optimality.value = optimum->costs.at(main_level_);
  const bool bounded = optimum->bounds.size() > main_level_ &&
                       std::equal(optimum->bounds.begin(), optimum->bounds.begin() + static_cast<long>(main_level_),
                                  optimum->costs.begin());
  optimality.bound = bounded ? optimum->bounds[main_level_] : 0;
  return chosen;
}

}  // namespace rootlet::solv
