#include "checks.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <memory>
#include <regex>
#include <utility>

#include <fmt/format.h>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

/// std::regex calls itself for each character of a match.
constexpr std::size_t most_searched = 1U << 16U;
constexpr std::size_t stack_of_search = 256U << 20U;
constexpr std::size_t most_content = 1U << 20U;

/// A search has so long: some expressions try more ways than anybody can wait for.
constexpr std::chrono::seconds time_of_search{5};

struct Search {
  std::string text;
  std::string pattern;
  bool found = false;
  bool failed = false;
};

/// Gets a share of the search, for it may go on when nobody waits any more.
void* search(void* given) noexcept {
  const std::unique_ptr<std::shared_ptr<Search>> share(static_cast<std::shared_ptr<Search>*>(given));
  Search& one = **share;
  try {
    const std::regex pattern(one.pattern);
    one.found = std::regex_search(one.text, pattern);
  } catch (const std::exception&) {
    one.failed = true;
  }
  return nullptr;
}

timespec after(std::chrono::seconds time) {
  timespec until{};
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += time.count();
  return until;
}

/// In a thread, for the sake of its stack. One that takes too long cannot be ended by itself: it goes with the process,
/// which does not search any more.
bool matches_regex(const std::string& text, const std::string& pattern) {
  static bool given_up = false;
  if (given_up) throw Error("the regular expression '" + pattern + "' was not tried, since one before takes too long");
  const auto one = std::make_shared<Search>(Search{text.substr(0, most_searched), pattern});
  auto share = std::make_unique<std::shared_ptr<Search>>(one);
  pthread_attr_t attributes{};
  pthread_t thread{};
  const bool started = pthread_attr_init(&attributes) == 0 &&
                       pthread_attr_setstacksize(&attributes, stack_of_search) == 0 &&
                       pthread_create(&thread, &attributes, search, share.get()) == 0;
  if (!started) throw Error("cannot start a thread to look for '" + pattern + "'");
  static_cast<void>(share.release());
  const timespec until = after(time_of_search);
  if (pthread_clockjoin_np(thread, nullptr, CLOCK_MONOTONIC, &until) != 0) {
    given_up = true;
    pthread_detach(thread);
    throw Error("the regular expression '" + pattern + "' takes too long",
                "repetitions in repetitions, as (a+)+, try all ways to share out a text: write it without");
  }
  if (one->failed) throw Error("the regular expression '" + pattern + "' is too complex");
  return one->found;
}

bool holds(const std::string& text, const TextCheck& check) {
  return check.is_regex ? matches_regex(text, check.text) : text.find(check.text) != std::string::npos;
}

void require_equal(std::string_view what, std::uint32_t is, const std::optional<std::uint32_t>& wanted,
                   std::vector<TestFailure>& failures, const char* format) {
  if (!wanted || is == *wanted) return;
  failures.push_back({std::string(what) + " " + fmt::format(fmt::runtime(format), is) + ", and " +
                      fmt::format(fmt::runtime(format), *wanted) + " is expected"});
}

bool is_executable(std::uint32_t mode, const std::string& by) {
  if (by == "owner") return (mode & 0100U) != 0;
  if (by == "group") return (mode & 0010U) != 0;
  if (by == "other") return (mode & 0001U) != 0;
  return (mode & 0111U) != 0;
}

std::string content_of(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0) throw system_error(path + " cannot be read");
  if (!S_ISREG(info.st_mode)) throw Error(path + " is no regular file");
  std::string content(std::min<std::size_t>(static_cast<std::size_t>(info.st_size), most_content), '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = read(fd.get(), &content[size], content.size() - size);
    if (got < 0) throw system_error(path + " cannot be read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  content.resize(size);
  return content;
}

struct ConfigField {
  const char* noun;
  std::string value;
  bool is_there;
};

ConfigField field_of(const ImageConfig& image, const ConfigCheck& check) {
  const auto in_map = [&](const char* noun, const std::map<std::string, std::string>& map) {
    const auto found = map.find(check.key);
    return ConfigField{noun, found == map.end() ? "" : found->second, found != map.end()};
  };
  const auto in_list = [&](const char* noun, const std::vector<std::string>& list, const std::string& key) {
    return ConfigField{noun, "", std::find(list.begin(), list.end(), key) != list.end()};
  };
  const bool has_protocol = check.key.find('/') != std::string::npos;
  switch (check.field) {
    case ConfigCheck::Field::env: return in_map("variable", image.env);
    case ConfigCheck::Field::label: return in_map("label", image.labels);
    case ConfigCheck::Field::port: return in_list("port", image.ports, has_protocol ? check.key : check.key + "/tcp");
    case ConfigCheck::Field::volume: return in_list("volume", image.volumes, check.key);
    case ConfigCheck::Field::entrypoint: return {"entrypoint", "[" + join(image.entrypoint, ", ") + "]", true};
    case ConfigCheck::Field::cmd: return {"cmd", "[" + join(image.cmd, ", ") + "]", true};
    case ConfigCheck::Field::workdir: return {"workdir", image.workdir, true};
    case ConfigCheck::Field::user: return {"user", image.user, true};
  }
  return {"", "", false};
}

void check_field(const ImageConfig& image, const ConfigCheck& check, std::vector<TestFailure>& failures) {
  const ConfigField field = field_of(image, check);
  const std::string name = check.key.empty() ? field.noun : std::string(field.noun) + " " + check.key;
  if (field.is_there == check.must_lack) {
    failures.push_back({"the image has " + std::string(check.must_lack ? "the " : "no ") + name});
    return;
  }
  const bool is_command = check.field == ConfigCheck::Field::entrypoint || check.field == ConfigCheck::Field::cmd;
  const std::string wanted = is_command ? "[" + join(check.words, ", ") + "]" : check.value ? check.value->text : "";
  if (!is_command && !check.value) return;
  const bool is_regex = !is_command && check.value->is_regex;
  const bool same = is_command ? (check.field == ConfigCheck::Field::cmd ? image.cmd : image.entrypoint) == check.words
                    : is_regex ? matches_regex(field.value, wanted)
                               : field.value == wanted;
  if (!same)
    failures.push_back({"the image's " + name + " is '" + field.value + "', and '" + wanted + "' is expected"});
}

}  // namespace

void check_text(const std::string& what, const std::string& text, const std::vector<TextCheck>& checks,
                std::vector<TestFailure>& failures) {
  for (const TextCheck& check : checks) {
    try {
      if (holds(text, check) != check.must_lack) continue;
      const char* verb = check.is_regex ? (check.must_lack ? " matches '" : " does not match '")
                                        : (check.must_lack ? " holds '" : " lacks '");
      failures.push_back({what + verb + check.text + "'"});
    } catch (const Error& error) {
      failures.push_back({what + ": " + error.what(), error.hint()});
    }
  }
}

void check_file(const FileCheck& check, std::vector<TestFailure>& failures) {
  struct stat info {};
  const bool exists = stat(check.path.c_str(), &info) == 0;
  if (!exists && errno != ENOENT && errno != ENOTDIR) {
    failures.push_back({system_error(check.path + " cannot be looked at").what()});
    return;
  }
  if (exists != check.exists) failures.push_back({check.path + (exists ? " is there" : " is not there")});
  if (!exists || !check.exists) return;
  const std::uint32_t mode = info.st_mode & 07777U;
  require_equal(check.path + " has the mode", mode, check.mode, failures, "{:04o}");
  require_equal(check.path + " belongs to user", info.st_uid, check.uid, failures, "{}");
  require_equal(check.path + " belongs to group", info.st_gid, check.gid, failures, "{}");
  if (!check.executable_by.empty() && !is_executable(mode, check.executable_by)) {
    failures.push_back(
        {fmt::format("{} is not executable by {}: its mode is {:04o}", check.path, check.executable_by, mode)});
  }
  if (check.contents.empty()) return;
  try {
    check_text(check.path, content_of(check.path), check.contents, failures);
  } catch (const Error& error) {
    failures.push_back({error.what()});
  }
}

void check_config(const ImageConfig& image, const std::vector<ConfigCheck>& checks,
                  std::vector<TestFailure>& failures) {
  for (const ConfigCheck& check : checks) {
    try {
      check_field(image, check, failures);
    } catch (const Error& error) {
      failures.push_back(
          {"the image's " + std::string(field_of(image, check).noun) + " " + check.key + ": " + error.what(),
           error.hint()});
    }
  }
}

}  // namespace rootlet::rootfs
