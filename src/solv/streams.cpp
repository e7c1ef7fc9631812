#include "streams.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "pool.hpp"

namespace rootlet::solv {
namespace {

using modules::Build;
using modules::Facts;
using modules::StreamRequirement;

std::string capability(const std::string& name) { return "module(" + name + ")"; }

/// Streams as packages, in the way of libdnf's ModulePackage: named "module:stream:context" with the version as EVR,
/// they provide module(x) and module(x:y), conflict with every other provider of module(x), and require alike.
class StreamPool {
 public:
  StreamPool(const Facts& facts, const modules::Choice& choice, const std::string& platform, const std::string& arch)
      : pool_(make_pool(arch)) {
    ::Repo* repo = repo_create(pool_.get(), "available");
    for (const Build& build : facts.builds) ids_.push_back(add(*repo, build));
    if (!platform.empty()) add_platform(platform);
    considered_ = std::make_unique<Considered>(*pool_);
    for (std::size_t i = 0; i < facts.builds.size(); ++i) {
      if (choice.disabled.contains(facts.builds[i].module)) considered_->leave_out(ids_[i]);
    }
    pool_createwhatprovides(pool_.get());
  }

  [[nodiscard]] ::Pool& pool() const noexcept { return *pool_; }
  void exclude(const std::set<Id>& ids) {
    for (const Id id : ids) considered_->leave_out(id);
  }

  /// The builds that have the name of one of these: a chosen build and those that it succeeds.
  [[nodiscard]] std::set<std::size_t> builds_named_as(const std::vector<Id>& chosen) const {
    std::set<Id> names;
    for (const Id id : chosen) names.insert(pool_id2solvable(pool_.get(), id)->name);
    std::set<std::size_t> builds;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (names.contains(pool_id2solvable(pool_.get(), ids_[i])->name)) builds.insert(i);
    }
    return builds;
  }

 private:
  [[nodiscard]] Id intern(const std::string& text) const { return pool_str2id(pool_.get(), text.c_str(), 1); }

  Id add_named(::Repo& repo, const std::string& module, const std::string& stream, const std::string& family) {
    const Id id = repo_add_solvable(&repo);
    ::Solvable* s = pool_id2solvable(pool_.get(), id);
    s->name = intern(module + ":" + stream + ":" + family);
    solvable_add_deparray(s, SOLVABLE_PROVIDES, intern(capability(module)), -1);
    solvable_add_deparray(s, SOLVABLE_PROVIDES, intern(capability(module + ":" + stream)), -1);
    solvable_add_deparray(s, SOLVABLE_CONFLICTS, intern(capability(module)), 0);
    return id;
  }

  Id add(::Repo& repo, const Build& build) {
    const Id id = add_named(repo, build.module, build.stream, build.family);
    ::Solvable* s = pool_id2solvable(pool_.get(), id);
    s->evr = intern(std::to_string(build.version));
    s->arch = build.arch.empty() ? ARCH_NOARCH : intern(build.arch);
    for (const StreamRequirement& requirement : build.requirements) require(*s, requirement);
    return id;
  }

  void require(::Solvable& s, const StreamRequirement& requirement) {
    Id any_of = 0;
    for (const std::string& stream : requirement.streams) {
      // libdnf takes a dash anywhere for an exclusion, too.
      if (stream.find('-') != std::string::npos) {
        solvable_add_deparray(&s, SOLVABLE_CONFLICTS, intern(capability(requirement.module + ":" + stream.substr(1))),
                              0);
        continue;
      }
      const Id one = intern(capability(requirement.module + ":" + stream));
      any_of = any_of == 0 ? one : pool_rel2id(pool_.get(), any_of, one, REL_OR, 1);
    }
    if (any_of == 0) any_of = intern(capability(requirement.module));
    solvable_add_deparray(&s, SOLVABLE_REQUIRES, any_of, -1);
  }

  void add_platform(const std::string& platform) {
    const std::size_t colon = platform.find(':');
    ::Repo* repo = repo_create(pool_.get(), "@System");
    const Id id = add_named(*repo, platform.substr(0, colon), platform.substr(colon + 1), "00000000");
    ::Solvable* s = pool_id2solvable(pool_.get(), id);
    s->evr = intern("0");
    s->arch = ARCH_NOARCH;
    pool_set_installed(pool_.get(), repo);
  }

  PoolHandle pool_;
  std::vector<Id> ids_;
  std::unique_ptr<Considered> considered_;
};

/// How hard to try: libdnf's three attempts, each laxer than the one before, and its last resort.
enum class StreamAttempt { strict, without_defaults, without_best, last_resort };

class StreamSolver {
 public:
  StreamSolver(StreamPool& streams, const Facts& facts, const modules::Choice& choice) : streams_(streams) {
    for (const Build& build : facts.builds) {
      if (choice.disabled.contains(build.module)) continue;
      const auto enabled = choice.enabled.find(build.module);
      const auto defaults = facts.defaults.find(build.module);
      if (enabled != choice.enabled.end()) {
        if (enabled->second.stream == build.stream) wanted_.emplace_back(build.name_stream(), true);
      } else if (defaults != facts.defaults.end() && defaults->second.stream == build.stream) {
        wanted_.emplace_back(build.name_stream(), false);
      }
    }
  }

  [[nodiscard]] bool wants_anything() const noexcept { return !wanted_.empty(); }

  [[nodiscard]] bool solve(StreamAttempt attempt) {
    ::Pool& pool = streams_.pool();
    solver_.reset(solver_create(&pool));
    for (const int flag : {SOLVER_FLAG_ALLOW_VENDORCHANGE, SOLVER_FLAG_DUP_ALLOW_VENDORCHANGE, SOLVER_FLAG_KEEP_ORPHANS,
                           SOLVER_FLAG_BEST_OBEY_POLICY, SOLVER_FLAG_YUM_OBSOLETES, SOLVER_FLAG_URPM_REORDER,
                           SOLVER_FLAG_ALLOW_DOWNGRADE}) {
      solver_set_flag(solver_.get(), flag, 1);
    }
    const bool best = attempt == StreamAttempt::strict || attempt == StreamAttempt::without_defaults;
    IdQueue jobs;
    for (const auto& [name_stream, enabled] : wanted_) {
      const bool weak = attempt == StreamAttempt::last_resort || (!enabled && attempt != StreamAttempt::strict);
      jobs.push2(SOLVER_INSTALL | SOLVER_SOLVABLE_PROVIDES | (weak ? SOLVER_WEAK : 0) | (best ? SOLVER_FORCEBEST : 0),
                 pool_str2id(&pool, capability(name_stream).c_str(), 1));
    }
    return solver_solve(solver_.get(), jobs.get()) == 0;
  }

  [[nodiscard]] std::vector<Id> chosen() const {
    IdQueue decisions;
    solver_get_decisionqueue(solver_.get(), decisions.get());
    std::vector<Id> ids;
    for (const Id id : decisions.ids()) {
      if (id > SYSTEMSOLVABLE && pool_id2solvable(&streams_.pool(), id)->repo != streams_.pool().installed) {
        ids.push_back(id);
      }
    }
    return ids;
  }

  /// The builds that conflict in the problems of the last attempt.
  [[nodiscard]] std::set<Id> conflicting() const {
    std::set<Id> ids;
    for_each_rule([&](::SolverRuleinfo type, Id source, Id target, Id) {
      if (type != SOLVER_RULE_PKG_CONFLICTS && type != SOLVER_RULE_PKG_SELF_CONFLICT &&
          type != SOLVER_RULE_PKG_SAME_NAME) {
        return;
      }
      for (const Id id : {source, target}) {
        if (id > 0 && pool_id2solvable(&streams_.pool(), id)->repo != streams_.pool().installed) ids.insert(id);
      }
    });
    return ids;
  }

  /// Sentences about what stands in the way.
  [[nodiscard]] std::set<std::string> sentences() const {
    ::Pool& pool = streams_.pool();
    std::set<std::string> out;
    const auto name = [&](Id id) {
      std::string text = str_of(pool, pool_id2solvable(&pool, id)->name);
      return "the module stream " + text.substr(0, text.rfind(':'));
    };
    const auto dep_text = [&](Id dep) {
      std::string text = dep_str(pool, dep);
      for (std::size_t at = text.find("module("); at != std::string::npos; at = text.find("module(")) {
        text.erase(text.find(')', at), 1);
        text.erase(at, 7);
      }
      return text;
    };
    for_each_rule([&](::SolverRuleinfo type, Id source, Id target, Id dep) {
      switch (type) {
        case SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP:
          out.insert(name(source) + " requires " + dep_text(dep) + ", which nothing provides");
          break;
        case SOLVER_RULE_PKG_REQUIRES: out.insert(name(source) + " requires " + dep_text(dep)); break;
        case SOLVER_RULE_PKG_CONFLICTS:
          if (name(source) < name(target)) {
            out.insert(name(source) + " and " + name(target).substr(4) + " exclude each other");
          } else if (name(source) > name(target)) {
            out.insert(name(target) + " and " + name(source).substr(4) + " exclude each other");
          }
          break;
        case SOLVER_RULE_PKG_NOT_INSTALLABLE:
          out.insert(name(source) + (considered(pool, source) ? " is for another architecture" : " is disabled"));
          break;
        default: break;
      }
    });
    return out;
  }

 private:
  template <class Visit>
  void for_each_rule(Visit visit) const {
    const int problems = static_cast<int>(solver_problem_count(solver_.get()));
    for (int problem = 1; problem <= problems; ++problem) {
      IdQueue rules;
      solver_findallproblemrules(solver_.get(), problem, rules.get());
      for (const Id rule : rules.ids()) {
        Id source = 0;
        Id target = 0;
        Id dep = 0;
        const ::SolverRuleinfo type = solver_ruleinfo(solver_.get(), rule, &source, &target, &dep);
        visit(type, source, target, dep);
      }
    }
  }

  StreamPool& streams_;
  /// "module:stream" and whether it is enabled, else it is a default. One for each build, in their order, as in libdnf:
  /// where not all defaults can be active, the order of the jobs decides.
  std::vector<std::pair<std::string, bool>> wanted_;
  SolverHandle solver_;
};

PlainProblem problem_of(const modules::Choice& choice, const std::string& platform,
                        const std::set<std::string>& causes) {
  std::vector<std::string> names;
  for (const auto& [module, enabled] : choice.enabled) names.push_back(module + ":" + enabled.stream);
  PlainProblem problem;
  problem.mark = choice.enabled.begin()->second.item.mark;
  problem.what =
      "the recipe enables the module stream" + std::string(names.size() > 1 ? "s " : " ") + join(names, ", ");
  problem.causes.assign(causes.begin(), causes.end());
  const bool about_platform = std::any_of(causes.begin(), causes.end(), [](const std::string& cause) {
    return cause.find(" requires platform") != std::string::npos;
  });
  if (about_platform) {
    problem.hint = platform.empty() ? "the repositories do not say which platform they are; name it with "
                                      "modules: {platform: \"platform:NAME\"}"
                                    : "the platform is " + platform + "; modules.platform in the recipe sets another";
  }
  return problem;
}

}  // namespace

ActiveStreams resolve_streams(const Facts& facts, const modules::Choice& choice, const std::string& platform,
                              const std::string& arch) {
  StreamPool streams(facts, choice, platform, arch);
  StreamSolver solver(streams, facts, choice);
  ActiveStreams active;
  if (!solver.wants_anything()) return active;
  // `dnf module enable` insists on the latest build of a stream, `dnf install @module` does not.
  const bool insists = std::any_of(choice.enabled.begin(), choice.enabled.end(),
                                   [](const auto& entry) { return !is_collection(entry.second.item.text); });
  for (const StreamAttempt attempt :
       {StreamAttempt::strict, StreamAttempt::without_defaults, StreamAttempt::without_best}) {
    if (solver.solve(attempt)) {
      active.builds = streams.builds_named_as(solver.chosen());
      return active;
    }
    if (attempt == StreamAttempt::without_best || (attempt == StreamAttempt::without_defaults && insists)) {
      if (choice.enabled.empty()) continue;
      active.problems.push_back(problem_of(choice, platform, solver.sentences()));
      return active;
    }
  }
  streams.exclude(solver.conflicting());
  if (solver.solve(StreamAttempt::last_resort)) active.builds = streams.builds_named_as(solver.chosen());
  return active;
}

}  // namespace rootlet::solv
