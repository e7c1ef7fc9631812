#include "rootlet/verbs.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "analysis/solution.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/workers.hpp"
#include "history/file.hpp"
#include "history/names.hpp"
#include "history/record.hpp"
#include "history/record_of.hpp"
#include "loaded_repos.hpp"
#include "rootlet/target.hpp"

namespace rootlet::verbs {
namespace {

using nlohmann::json;

/// A recipe for a release, ready to be solved.
struct Task {
  std::size_t answer = 0;  ///< its place in Survey::answers
  Recipe recipe;
  std::vector<RepoMetadata> repos = {};
};

/// Keeps what is to be told once all is done.
class Quiet final : public Progress {
 public:
  void warn(std::string_view line) override { warnings.emplace_back(line); }
  std::vector<std::string> warnings;
};

// --- what is asked for ---

template <class Range, class Text>
void refuse_twice(const Range& range, const char* what, Text text) {
  std::set<std::string> seen;
  for (const auto& each : range) {
    const std::string one = text(each);
    if (!seen.insert(one).second) throw usage_error(std::string(what) + " '" + one + "' is given twice");
  }
}

void check(const SurveyRequest& request) {
  if (!history::is_date(request.date)) throw usage_error("'" + request.date + "' is no date", "write it as 2026-11-22");
  for (const std::string& arch : request.arches) recipe::check_arch(arch);
  refuse_twice(request.arches, "the architecture", [](const std::string& arch) { return arch; });
  refuse_twice(request.releases, "the release", [](const SurveyRelease& release) { return release.label; });
  refuse_twice(request.bases, "the base", [](const SurveyBase& base) { return base.name; });
  refuse_twice(request.recipes, "the recipe", [](const std::filesystem::path& path) {
    std::error_code none;  // what cannot be read is told as what became of it
    const auto real = std::filesystem::weakly_canonical(path, none);
    return none ? path.string() : real.string();
  });
}

/// Two recipes of one name would be one history.
void check_names(const std::vector<Task>& tasks, const Survey& survey) {
  std::map<std::string, std::filesystem::path> first;
  for (const Task& task : tasks) {
    const std::filesystem::path& path = survey.answers[task.answer].recipe;
    const auto [known, fresh] = first.emplace(task.recipe.name, path);
    if (fresh || known->second == path) continue;
    throw usage_error("'" + known->second.string() + "' and '" + path.string() + "' are both for the image '" +
                          task.recipe.name + "'",
                      "give one of them another name:");
  }
}

/// The architectures to solve a recipe for; an empty one: the recipe's only one, or this machine's.
std::vector<std::string> arches_for(const std::filesystem::path& path, const SurveyRequest& request) {
  std::vector<std::string> arches = request.arches;
  try {
    if (arches.empty()) arches = recipe::arches_of(path);
  } catch (const Error&) {  // told when the recipe is read
  }
  if (arches.empty()) arches.emplace_back();
  return arches;
}

/// Reads a recipe for each release. `base`: nullptr: its own.
void read_row(const SurveyRequest& request, const std::filesystem::path& path, const std::string& arch,
              const SurveyBase* base, std::vector<Task>& tasks, Survey& survey) {
  const std::string on = base == nullptr ? "" : "-on-" + base->name;
  const std::size_t row = survey.answers.size();
  std::optional<std::size_t> readable;
  for (const std::string& label : survey.labels) {
    const std::size_t place = survey.answers.size() - row;
    const std::filesystem::path from = request.releases.empty() ? "" : request.releases[place].repos_from;
    SurveyAnswer answer{path, path.stem().string() + on, arch, label};
    recipe::Overrides overrides = request.overrides;
    overrides.arch = arch;
    overrides.repos_from = from;
    overrides.releasever = from.empty() && !request.releases.empty() ? label : "";
    if (base != nullptr) overrides.on = base->image;
    try {
      Recipe recipe = recipe::load(path, overrides);
      recipe.name += on;
      answer.image = recipe.name;
      answer.arch = recipe.selection.arch;
      readable = survey.answers.size();
      tasks.push_back({survey.answers.size(), std::move(recipe)});
    } catch (const Error& error) {
      answer.outcome = error;
    }
    survey.answers.push_back(std::move(answer));
  }
  for (std::size_t i = row; readable && i < survey.answers.size(); ++i) {
    survey.answers[i].image = survey.answers[*readable].image;
    survey.answers[i].arch = survey.answers[*readable].arch;
  }
}

/// Reads the recipes; those that cannot be read are answered.
std::vector<Task> read_recipes(const SurveyRequest& request, Survey& survey) {
  std::vector<Task> tasks;
  for (const std::filesystem::path& path : request.recipes) {
    for (const std::string& arch : arches_for(path, request)) {
      if (request.bases.empty()) read_row(request, path, arch, nullptr, tasks, survey);
      for (const SurveyBase& base : request.bases) read_row(request, path, arch, &base, tasks, survey);
    }
  }
  return tasks;
}

// --- repositories ---

/// Loads the repositories of all tasks; tasks whose repositories cannot be loaded are answered and leave.
void load_repositories(std::vector<Task>& tasks, Survey& survey, const make::Environment& environment,
                       Progress& progress) {
  LoadedRepos loaded(environment, progress);
  std::vector<Task> left;
  for (Task& task : tasks) {
    auto repos = loaded.of(task.recipe);
    if (const auto* error = std::get_if<Error>(&repos)) {
      survey.answers[task.answer].outcome = *error;
      continue;
    }
    task.repos = std::get<0>(std::move(repos));
    left.push_back(std::move(task));
  }
  tasks = std::move(left);
}

/// Sees to it that the first job that needs something of the cache makes it, and the others wait for that.
class Firsts {
 public:
  std::vector<std::size_t> before(std::size_t job, const Task& task) {
    std::set<std::string> states;
    for (const RepoMetadata& repo : task.repos) states.insert(repo.primary.checksum.str());
    std::string all = task.recipe.selection.arch;
    for (const std::string& state : states) all += " " + state;
    if (const auto [known, fresh] = first_.emplace(all, job); !fresh) return {known->second};
    std::set<std::size_t> jobs;
    for (const std::string& state : states) {
      if (const auto [known, fresh] = first_.emplace(state, job); !fresh) jobs.insert(known->second);
    }
    return {jobs.begin(), jobs.end()};
  }

 private:
  std::map<std::string, std::size_t> first_;
};

// --- solving ---

/// Answer of a worker, as JSON.
std::string solve(const Task& task, const SurveyAnswer& answer, const SurveyRequest& request,
                  const make::Environment& environment) {
  Quiet progress;
  make::Resolved resolved = make::resolve_with(task.recipe, task.repos, environment, progress);
  json said{{"warnings", progress.warnings}};
  if (const auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) {
    const Explanation explanation = request.explain(*unsolvable);
    said["text"] = explanation.text;
    said["json"] = explanation.json;
  } else {
    inspect::Target target;
    target.arch = task.recipe.selection.arch;
    target.solution = std::move(std::get<Solution>(resolved.outcome));
    target.graph = analysis::graph_of(*target.solution, analysis::Part::staying);
    said["record"] = history::to_line(history::record_of(target, {task.recipe.name, answer.label, request.date, ""}));
  }
  return dump_json(said);
}

void take(SurveyAnswer& answer, const Outcome& outcome) try {
  if (const auto* error = std::get_if<Error>(&outcome)) {
    answer.outcome = *error;
    return;
  }
  const json said = parse_json(std::get<std::string>(outcome));
  answer.warnings = said["warnings"];
  if (!said.contains("record")) {
    answer.outcome = Explanation{said["text"], said["json"]};
    return;
  }
  answer.outcome = history::from_line(said["record"].get<std::string>());
} catch (const Error& error) {
  answer.outcome = error.within("its record");  // sizes beyond all reason, say
}

std::string name_of(const SurveyAnswer& answer) { return answer.image + " " + answer.label + " " + answer.arch; }

/// Whether two records differ in their dates at most.
bool same_but_for_date(HistoryRecord one, const HistoryRecord& other) {
  one.date = other.date;
  return history::to_line(one) == history::to_line(other);
}

}  // namespace

SurveyRelease release_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  SurveyRelease release{text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
  if (!history::is_image_name(release.label)) {
    throw usage_error("'" + release.label + "' is no name of a release",
                      "write its releasever, one word of letters, digits and . _ -, or NAME=FILE");
  }
  if (equals != std::string::npos && release.repos_from.empty()) {
    throw usage_error("the release '" + text + "' names no file", "write NAME=FILE");
  }
  return release;
}

SurveyBase base_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  SurveyBase base{text.substr(0, equals), equals == std::string::npos ? text : text.substr(equals + 1)};
  if (equals == std::string::npos) {
    const std::filesystem::path path(text);
    base.name = (path.has_filename() ? path : path.parent_path()).stem().string();
  }
  if (!history::is_image_name(base.name)) {
    throw usage_error("'" + base.name + "' cannot be the name of a base",
                      "write NAME=IMAGE, with one word of letters, digits and . _ -");
  }
  if (base.image.empty()) throw usage_error("the base '" + text + "' names no image", "write NAME=IMAGE");
  return base;
}

Survey survey(const SurveyRequest& request, const make::Environment& environment, Progress& progress) {
  check(request);
  Survey survey;
  for (const SurveyRelease& release : request.releases) survey.labels.push_back(release.label);
  if (request.releases.empty()) survey.labels.push_back(request.date);
  std::vector<Task> tasks = read_recipes(request, survey);
  check_names(tasks, survey);
  load_repositories(tasks, survey, environment, progress);
  std::vector<Job> jobs;
  Firsts firsts;
  for (const Task& task : tasks) {
    const SurveyAnswer& answer = survey.answers[task.answer];
    jobs.push_back(
        {name_of(answer), [&] { return solve(task, answer, request, environment); }, firsts.before(jobs.size(), task)});
  }
  progress.begin("solving", jobs.size(), Progress::Unit::items);
  const std::vector<Outcome> outcomes = run_workers(
      jobs, request.at_once, [&](std::size_t ended, const Job& job) { progress.at(ended, jobs.size(), job.name); });
  progress.end();
  for (std::size_t i = 0; i < tasks.size(); ++i) take(survey.answers[tasks[i].answer], outcomes[i]);
  return survey;
}

void record(Survey& survey, const std::filesystem::path& directory, Progress& progress) {
  std::map<std::string, std::vector<SurveyAnswer*>> images;
  for (SurveyAnswer& answer : survey.answers) {
    if (std::holds_alternative<HistoryRecord>(answer.outcome)) images[answer.image].push_back(&answer);
  }
  for (const auto& [image, answers] : images) {
    const auto file = history::file_of(directory, image);
    history::History known;
    if (std::filesystem::exists(file)) known = history::read(file);
    for (const DamagedLine& one : known.damaged) {
      progress.warn(file.string() + ":" + std::to_string(one.line) + ": no record, passed over: " + one.cause);
    }
    std::vector<HistoryRecord> fresh;
    for (SurveyAnswer* answer : answers) {
      const auto& own = std::get<HistoryRecord>(answer->outcome);
      const auto last = std::find_if(known.records.rbegin(), known.records.rend(), [&](const HistoryRecord& one) {
        return one.label == own.label && one.arch == own.arch;
      });
      answer->unchanged = last != known.records.rend() && same_but_for_date(*last, own);
      if (!answer->unchanged) fresh.push_back(own);
    }
    history::append(directory, fresh);
  }
}

}  // namespace rootlet::verbs
