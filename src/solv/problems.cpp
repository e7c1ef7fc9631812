#include "problems.hpp"

#include <algorithm>
#include <set>

namespace rootlet::solv {
namespace {

struct Rule {
  ::SolverRuleinfo type;
  Id source;
  Id target;
  Id dep;
};

class Words {
 public:
  Words(::Pool& pool, const ::Queue& jobs, const std::vector<std::string>& asked)
      : pool_(pool), jobs_(jobs), asked_(asked) {}

  /// One sentence for one rule; empty where the rule says nothing to a reader.
  [[nodiscard]] std::string sentence(const Rule& rule) const {
    const auto dep = [&] { return dep_str(pool_, rule.dep); };
    switch (rule.type) {
      case SOLVER_RULE_JOB:
      case SOLVER_RULE_BEST:
        if (rule.type == SOLVER_RULE_BEST && rule.source > 0) {
          return "the best candidate is " + name(rule.source) + ", which cannot be installed";
        }
        return asked_sentence(rule.dep);
      case SOLVER_RULE_JOB_NOTHING_PROVIDES_DEP:
      case SOLVER_RULE_JOB_UNKNOWN_PACKAGE: return "no package provides " + dep();
      case SOLVER_RULE_PKG_NOT_INSTALLABLE: return not_installable(rule.source);
      case SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP:
        return name(rule.source) + " requires " + dep() + ", which " + nobody_provides(rule.dep);
      case SOLVER_RULE_PKG_REQUIRES: return name(rule.source) + " requires " + dep() + provided_by(rule.dep);
      case SOLVER_RULE_PKG_SELF_CONFLICT: return name(rule.source) + " conflicts with " + dep() + ", which it provides";
      case SOLVER_RULE_PKG_CONFLICTS:
        return name(rule.source) + " conflicts with " + dep() + ", provided by " + name(rule.target);
      case SOLVER_RULE_PKG_SAME_NAME:
        return name(rule.source) + " and " + name(rule.target) + " cannot be installed together";
      case SOLVER_RULE_PKG_OBSOLETES:
      case SOLVER_RULE_PKG_IMPLICIT_OBSOLETES:
        return name(rule.source) + " obsoletes " + dep() + ", provided by " + name(rule.target);
      case SOLVER_RULE_YUMOBS: return "both " + name(rule.source) + " and " + name(rule.target) + " obsolete " + dep();
      case SOLVER_RULE_INFARCH: return name(rule.source) + " has an architecture inferior to the other candidates'";
      default: return "";
    }
  }

 private:
  [[nodiscard]] std::string name(Id id) const { return nevra_of(pool_, id).str(); }

  [[nodiscard]] std::string asked_sentence(Id what) const {
    for (int i = 0; i + 1 < jobs_.count; i += 2) {
      const auto index = static_cast<std::size_t>(i) / 2;
      if (jobs_.elements[i + 1] == what && index < asked_.size() && !asked_[index].empty()) {
        return "the recipe asks for " + asked_[index];
      }
    }
    return "";
  }

  [[nodiscard]] std::string not_installable(Id id) const {
    ::Solvable& s = *pool_id2solvable(&pool_, id);
    if (!considered(pool_, id)) return name(id) + " is excluded";
    if (pool_badarch_solvable(&pool_, &s)) return name(id) + " is for the architecture " + str_of(pool_, s.arch);
    return name(id) + " cannot be installed";
  }

  [[nodiscard]] std::string nobody_provides(Id dep) const {
    std::vector<std::string> hidden;
    for (const Id id : providers(pool_, dep)) hidden.push_back(not_installable(id));
    if (hidden.empty()) return "no package provides";
    std::sort(hidden.begin(), hidden.end());
    return "no installable package provides: " + hidden.front() +
           (hidden.size() > 1 ? " (and " + std::to_string(hidden.size() - 1) + " more)" : "");
  }

  [[nodiscard]] std::string provided_by(Id dep) const {
    std::vector<std::string> names;
    for (const Id id : providers(pool_, dep)) names.push_back(name(id));
    std::sort(names.begin(), names.end());
    if (names.empty()) return ", which no package provides";
    std::string text = ", provided by " + names.front();
    if (names.size() == 2) text += " and " + names.back();
    if (names.size() > 2) text += " and " + std::to_string(names.size() - 1) + " more";
    return text;
  }

  ::Pool& pool_;
  const ::Queue& jobs_;
  const std::vector<std::string>& asked_;
};

std::vector<Rule> rules_of(::Solver& solver, Id problem) {
  IdQueue ids;
  solver_findallproblemrules(&solver, problem, ids.get());
  std::vector<Rule> rules;
  for (const Id id : ids.ids()) {
    IdQueue infos;
    solver_allruleinfos(&solver, id, infos.get());
    for (std::size_t i = 0; i + 3 < infos.ids().size(); i += 4) {
      rules.push_back(
          {static_cast<::SolverRuleinfo>(infos.ids()[i]), infos.ids()[i + 1], infos.ids()[i + 2], infos.ids()[i + 3]});
    }
  }
  return rules;
}

/// What was asked first, then requirements, then what forbids them.
int rank(::SolverRuleinfo type) {
  if (type >= SOLVER_RULE_JOB && type < SOLVER_RULE_DISTUPGRADE) return 0;
  if (type == SOLVER_RULE_BEST) return 1;
  return type == SOLVER_RULE_PKG_REQUIRES ? 2 : 3;
}

}  // namespace

std::vector<Problem> explain(::Pool& pool, ::Solver& solver, const ::Queue& jobs,
                             const std::vector<std::string>& asked) {
  const Words words(pool, jobs, asked);
  std::vector<Problem> problems;
  const int count = static_cast<int>(solver_problem_count(&solver));
  for (int id = 1; id <= count; ++id) {
    std::set<std::pair<int, std::string>> sentences;
    for (const Rule& rule : rules_of(solver, id)) {
      const std::string sentence = words.sentence(rule);
      if (!sentence.empty()) sentences.emplace(rank(rule.type), sentence);
    }
    Problem problem;
    std::set<std::string> told;
    for (const auto& [order, sentence] : sentences) {
      if (told.insert(sentence).second) problem.sentences.push_back(sentence);
    }
    problems.push_back(std::move(problem));
  }
  std::sort(problems.begin(), problems.end(),
            [](const Problem& a, const Problem& b) { return a.sentences < b.sentences; });
  return problems;
}

}  // namespace rootlet::solv
