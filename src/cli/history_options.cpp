#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>

#include "command.hpp"
#include "rootlet/base/digest.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"
#include "rootlet/base/text.hpp"
#include "rootlet/history/file.hpp"
#include "rootlet/history/record_of.hpp"
#include "rootlet/history/timeline.hpp"
#include "rootlet/lock/lock.hpp"

namespace rootlet::cli {
namespace {

constexpr const char* how_to_record = "'rootlet history add' and 'rootlet history survey' make records";

std::string lock_digest(const target::Target& target, const std::string& given) {
  if (!given.empty()) {
    lock::read(given);  // it must be one
    return "sha256:" + digest_of_file(given);
  }
  return target.form == target::Form::lock ? "sha256:" + digest_of_file(target.name) : "";
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

void add_history_option(CLI::App& app, HistoryOptions& options) {
  app.add_option("--history", options.directory,
                 "The directory with the records of images, a file for each (default: " + options.directory + ")")
      ->type_name("DIR");
}

std::vector<HistoryRecord> read_records(const Session& session, const HistoryOptions& options,
                                        const std::string& image) {
  const fs::path file = history::file_of(options.directory, image);
  if (!fs::exists(file)) return {};
  history::History history = history::read(file);
  for (const DamagedLine& one : history.damaged) {
    session.progress->warn(fmt::format("{}:{}: no record, passed over: {}", file.string(), one.line, one.cause));
  }
  return std::move(history.records);
}

std::vector<Timeline> read_timelines(const Session& session, const HistoryOptions& options,
                                     const std::vector<std::string>& images) {
  const std::vector<std::string> known = history::images_of(options.directory);
  const std::set<std::string> wanted(images.begin(), images.end());
  std::vector<HistoryRecord> records;
  for (const std::string& image : images.empty() ? std::set<std::string>(known.begin(), known.end()) : wanted) {
    if (!fs::exists(history::file_of(options.directory, image))) {
      throw Error(
          fmt::format("there are no records of '{}' in '{}'{}", image, options.directory, did_you_mean(image, known)),
          how_to_record);
    }
    std::vector<HistoryRecord> more = read_records(session, options, image);
    std::move(more.begin(), more.end(), std::back_inserter(records));
  }
  if (records.empty()) throw Error("there are no records in '" + options.directory + "'", how_to_record);
  return history::timelines(std::move(records));
}

const HistoryRecord& release_labelled(const Timeline& timeline, const std::string& label) {
  const auto found = std::find_if(timeline.records.rbegin(), timeline.records.rend(),
                                  [&](const HistoryRecord& one) { return one.label == label; });
  if (found != timeline.records.rend()) return *found;
  throw Error("there is no release '" + label + "' of '" + timeline.image + "' for " + timeline.arch,
              "'rootlet history show " + timeline.image + "' lists what there is");
}

void add_release_options(CLI::App& app, ReleaseOptions& options, const std::string& default_label) {
  const bool required = default_label.empty();
  options.label = default_label;
  app.add_option("--label", options.label,
                 "The release's name: \"42\", \"2026-11\"" + (required ? "" : " (default: " + default_label + ")"))
      ->required(required)
      ->type_name("LABEL");
  app.add_option("--date", options.date, "The release's date (default: SOURCE_DATE_EPOCH's, else today's, in UTC)")
      ->type_name("YYYY-MM-DD");
  app.add_option("--image", options.image, "The image's name (default: that of the recipe, or of the target's file)")
      ->type_name("NAME");
  app.add_option("--lock", options.lock, "The lock that an image was built from: its digest is kept, too")
      ->type_name("FILE");
}

HistoryRecord record_of(const target::Target& target, const ReleaseOptions& options) {
  return history::record_of(target, {options.image, options.label, options.date.empty() ? today() : options.date,
                                     lock_digest(target, options.lock)});
}

}  // namespace rootlet::cli
