#include "rootlet/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <set>

#include "advisory_list.hpp"
#include "analysis/diff.hpp"
#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/text.hpp"
#include "history/check.hpp"
#include "history/file.hpp"
#include "history/record_of.hpp"
#include "history/timeline.hpp"
#include "rootlet/advisory_answer.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"
#include "rpm/version.hpp"

namespace rootlet::verbs {
namespace {

constexpr const char* how_to_record = "'rootlet history add' and 'rootlet history survey' make records";

std::string lock_digest(const inspect::Target& target, const fs::path& given) {
  if (!given.empty()) {
    lock::read_all(given);  // it must be one
    return "sha256:" + digest_of_file(given);
  }
  return target.form == inspect::Form::lock ? "sha256:" + digest_of_file(target.name) : "";
}

std::vector<HistoryRecord> records_in(const fs::path& file, Progress& progress) {
  history::History history = history::read(file);
  for (const DamagedLine& one : history.damaged) {
    progress.warn(fmt::format("{}:{}: no record, passed over: {}", file.string(), one.line, one.cause));
  }
  return std::move(history.records);
}

/// The records of an image, if it has some.
std::vector<HistoryRecord> records_of(const fs::path& directory, const std::string& image, Progress& progress) {
  const fs::path file = history::file_of(directory, image);
  if (!fs::exists(file)) return {};
  return records_in(file, progress);
}

/// The record to compare with: the last one of this image and architecture, or the last with a label.
std::optional<HistoryRecord> earlier(const std::vector<Timeline>& timelines, const HistoryRecord& now,
                                     const std::string& label) {
  const auto line =
      std::find_if(timelines.begin(), timelines.end(), [&](const Timeline& one) { return one.arch == now.arch; });
  if (line == timelines.end()) {
    if (label.empty()) return std::nullopt;
    throw Error("there is no release '" + label + "' of '" + now.image + "' for " + now.arch);
  }
  return label.empty() ? line->records.back() : release_labelled(*line, label);
}

/// Holds the open security advisories of a target against the budget.
void add_advisories(BudgetAnswer& answer, const Recipe& recipe, const inspect::Target& target,
                    const KnownAdvisories* known, Progress& progress) {
  if (known == nullptr) {
    throw Error(recipe.path.string() + ": the budget limits advisories, and there are none to hold the image against");
  }
  std::map<AdvisorySeverity, std::int64_t> found;
  if (asks_for_sources(known->advisories) && !tells_sources(target)) {
    throw Error(recipe.path.string() + ": the budget limits advisories, and '" + target.name +
                    "' does not tell the source packages that those of OSV name",
                "hold the recipe, the image or its root against it");
  }
  for (const AdvisoryName& one : open_advisories(target, *known, progress)) {
    if (recipe.budget.advisories.count(one.severity) == 0) continue;
    ++found[one.severity];
    answer.advisories.push_back(one);
  }
  answer.not_looked_at = not_looked_at(target, known->advisories);
  const auto& limits = recipe.budget.advisories;
  for (auto limit = limits.rbegin(); limit != limits.rend(); ++limit) {  // the worst first
    BudgetCheck& check = answer.checks.emplace_back();
    check.limit = check.unit = "advisories";
    check.allowed = static_cast<std::int64_t>(limit->second);
    check.found = found[limit->first];
    check.severity = limit->first;
  }
}

}  // namespace

std::string today() {
  std::chrono::sys_seconds now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH"); epoch != nullptr && *epoch != '\0') {
    char* end = nullptr;
    const long long seconds = std::strtoll(epoch, &end, 10);
    if (*end == '\0' && seconds >= 0 && seconds < 253'402'300'800)
      now = std::chrono::sys_seconds(std::chrono::seconds(seconds));
  }
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

HistoryRecord record_of(const inspect::Target& target, const Release& release) {
  return history::record_of(target, {release.image, release.label, release.date.empty() ? today() : release.date,
                                     lock_digest(target, release.lock)});
}

fs::path add(const HistoryRecord& record, const fs::path& directory) {
  history::append(directory, {record});
  return history::file_of(directory, record.image);
}

std::vector<Timeline> timelines(const fs::path& directory, const std::vector<std::string>& images, Progress& progress) {
  const std::vector<std::string> known = history::images_of(directory);
  const std::set<std::string> wanted(images.begin(), images.end());
  std::vector<HistoryRecord> records;
  for (const std::string& image : images.empty() ? std::set<std::string>(known.begin(), known.end()) : wanted) {
    if (!fs::exists(history::file_of(directory, image))) {
      throw Error(
          fmt::format("there are no records of '{}' in '{}'{}", image, directory.string(), did_you_mean(image, known)),
          how_to_record);
    }
    std::vector<HistoryRecord> more = records_of(directory, image, progress);
    std::move(more.begin(), more.end(), std::back_inserter(records));
  }
  if (records.empty()) throw Error("there are no records in '" + directory.string() + "'", how_to_record);
  return history::timelines(std::move(records));
}

Timeline timeline_of(const inspect::Target& target, const Release& release, const fs::path& directory,
                     Progress& progress) {
  HistoryRecord now = record_of(target, release);
  std::vector<HistoryRecord> records = records_of(directory, now.image, progress);
  std::erase_if(records, [&](const HistoryRecord& one) { return one.arch != now.arch; });
  for (const HistoryRecord& one : records) now.date = std::max(now.date, one.date);
  records.push_back(std::move(now));
  return std::move(history::timelines(std::move(records)).front());
}

std::vector<LayeredRelease> layered_releases(const Recipe& recipe, Progress& progress) {
  if (!recipe.layers.history || !fs::exists(*recipe.layers.history)) return {};
  for (const Timeline& line : history::timelines(records_in(*recipe.layers.history, progress))) {
    if (line.arch == recipe.selection.arch) return history::layered_releases(line);
  }
  return {};
}

const HistoryRecord& release_labelled(const Timeline& timeline, const std::string& label) {
  const auto found = std::find_if(timeline.records.rbegin(), timeline.records.rend(),
                                  [&](const HistoryRecord& one) { return one.label == label; });
  if (found != timeline.records.rend()) return *found;
  throw Error("there is no release '" + label + "' of '" + timeline.image + "' for " + timeline.arch,
              "'rootlet history show " + timeline.image + "' lists what there is");
}

Diff diff(const HistoryRecord& before, const HistoryRecord& after) {
  Diff diff;
  diff.before = before.image + " " + before.label;
  diff.after = after.image + " " + after.label;
  diff.packages = analysis::diff(before.graph, after.graph, rpm::compare_versions);
  if (before.compressed_size > 0) diff.compressed_before = before.compressed_size;
  if (after.compressed_size > 0) diff.compressed_after = after.compressed_size;
  diff.pull = history::bytes_to_pull(before, after);
  return diff;
}

bool BudgetAnswer::over() const {
  return std::any_of(checks.begin(), checks.end(), [](const BudgetCheck& check) { return check.over(); });
}

BudgetAnswer check(const Recipe& recipe, const inspect::Target& target, const fs::path& directory,
                   const std::string& against, const KnownAdvisories* advisories, Progress& progress) {
  if (recipe.budget.compressed_size && !target.image) {
    throw usage_error(recipe.path.string() + ": the budget limits compressed_size, which only an image has",
                      "name the image that was built from it, too: rootlet history check RECIPE IMAGE");
  }
  BudgetAnswer answer;
  answer.record = history::record_of(target, {recipe.name, "now", "2000-01-01", ""});
  const HistoryRecord& now = answer.record;
  if (!against.empty() || fs::exists(history::file_of(directory, recipe.name))) {
    answer.before = earlier(timelines(directory, {recipe.name}, progress), now, against);
  }
  std::uint64_t own_files = 0;
  for (const OtherFiles& one : make::sizes_of_files(recipe)) own_files += one.size;
  answer.checks = history::check(recipe.budget, now, own_files, answer.before ? &*answer.before : nullptr);
  if (!recipe.budget.advisories.empty()) add_advisories(answer, recipe, target, advisories, progress);
  answer.growth_unknown = !answer.before && (recipe.budget.growth_percent || recipe.budget.growth_bytes);
  if (!answer.before) return answer;
  if (answer.before->sizes_kept != now.sizes_kept) {
    const std::string with = "counts documentation and languages that images leave out";
    progress.warn("growth is more or less than it says: " +
                  (now.sizes_kept ? "the release '" + answer.before->label + "' " : std::string("the image ")) + with +
                  ", the other one does not; add a release whose headers can be read");
  }
  answer.diff = analysis::diff(answer.before->graph, now.graph, rpm::compare_versions);
  answer.pull = history::bytes_to_pull(*answer.before, now);
  return answer;
}

}  // namespace rootlet::verbs
