#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstring>

#include "../sandbox.hpp"
#include "../tasks.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/workers.hpp"
#include "checks.hpp"
#include "model/test_json.hpp"
#include "order.hpp"
#include "rights/emulate_owners.hpp"
#include "rootfs/tests.hpp"
#include "rootlet/error.hpp"
#include "touched.hpp"

namespace rootlet::rootfs {
namespace {

/// The inside ends a test in time; only where it cannot, the outside does.
constexpr std::chrono::seconds grace{20};

/// Outside: takes the result.
class TestWatcher final : public Outside {
 public:
  TestWatcher(std::string name, std::uint64_t seconds)
      : name_("test '" + std::move(name) + "'"),
        running_{name_, std::chrono::steady_clock::now() + std::chrono::seconds(seconds) + grace} {}
  [[nodiscard]] std::string task() const override { return name_; }
  [[nodiscard]] std::optional<Running> running() const override { return running_; }
  void output(std::string_view /*text*/) override {}  // programs have pipes of their own
  void message(const nlohmann::json& message) override {
    begun_ = begun_ || message.contains("begun");
    if (begun_) running_.what = "what it started";  // what fails from now on is told of the test by its name
    if (message.contains("result")) result_ = test_result_of(message.at("result"));
    traced_ = traced_ || message.contains("paths");
    add_message(message, trace_);
  }
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  [[nodiscard]] TestResult take() { return std::move(result_); }
  [[nodiscard]] bool traced() const noexcept { return traced_; }
  [[nodiscard]] const Trace& trace() const noexcept { return trace_; }

 private:
  std::string name_;
  Running running_;
  bool begun_ = false;
  bool traced_ = false;
  TestResult result_;
  Trace trace_;
};

/// "SIGTERM", "TERM" or "15"; the usual one where it is none of them.
int signal_of(const std::string& name) {
  const std::string bare = name.starts_with("SIG") ? name.substr(3) : name;
  for (int number = 1; number < NSIG; ++number) {
    const char* known = sigabbrev_np(number);
    if (bare == std::to_string(number) || (known != nullptr && bare == known)) return number;
  }
  return SIGTERM;
}

TestOrder order_for(const RootTest& test, const TestSurroundings& surroundings) {
  const ImageConfig& image = surroundings.image;
  TestOrder order;
  order.test = test;
  order.entry = image.entrypoint;
  order.entry.insert(order.entry.end(), image.cmd.begin(), image.cmd.end());
  order.user = test.user.value_or(image.user);
  order.workdir = test.workdir.value_or(image.workdir);
  order.stop_signal = signal_of(image.stop_signal);
  order.seconds = test.timeout.value_or(surroundings.limits.seconds);
  order.allowed_calls = surroundings.allowed_calls;
  return order;
}

bool needs_sandbox(const RootTest& test) {
  return test.start_image || !test.start.empty() || !test.probes.empty() || !test.run.empty() ||
         !test.expect.files.empty();
}

TestResult run_sandboxed(const root::Root& root, const RootTest& test, const TestSurroundings& surroundings) {
  const TestOrder order = order_for(test, surroundings);
  if (test.start_image && order.entry.empty()) {
    TestResult result;
    result.failures.push_back({"the image has no entrypoint to start", "name the program: start: [PROGRAM]"});
    return result;
  }
  SandboxSpec spec;
  spec.root = root.descriptor();
  spec.env = surroundings.image.env;
  for (const auto& [name, value] : test.env) spec.env[name] = value;
  spec.env.emplace("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  spec.arch = surroundings.arch;
  spec.limits = surroundings.limits;
  spec.limits.seconds = order.seconds;
  spec.discard_changes = true;
  spec.loopback = true;
  if (rights::owners_are_emulated()) spec.only_user = order.user;
  // The filter that emulates owners stops calls before they come to a tracer's.
  const bool all = rights::owners_are_emulated() || surroundings.trace == TestTrace::all_calls;
  if (surroundings.trace != TestTrace::nothing) spec.traced = all ? Traced::all_calls : Traced::files;
  TestWatcher watcher(test.title(), order.seconds);
  try {
    run_in_sandbox(spec, "test", to_json(order), watcher);
  } catch (const Error& error) {
    if (!watcher.begun()) throw;
    TestResult result = watcher.take();
    result.failures.push_back({error.what(), error.hint()});
    return result;
  }
  TestResult result = watcher.take();
  if (spec.traced != Traced::nothing && !watcher.traced()) {
    result.failures.push_back(
        {"the trace of its programs was lost: who traced them was ended before",
         "look for a signal that the programs send; without a trace (--trace, trim: untouched) the test runs, too"});
  }
  TracedFiles files = touched_in(root, watcher.trace());
  result.touched = std::move(files.in_root);
  result.elsewhere = std::move(files.elsewhere);
  result.sockets = watcher.trace().sockets;
  result.privileges = watcher.trace().privileges;
  result.system_calls.assign(watcher.trace().system_calls.begin(), watcher.trace().system_calls.end());
  return result;
}

}  // namespace

TestResult run_test(const root::Root& root, const RootTest& test, const TestSurroundings& surroundings) {
  const auto begin = std::chrono::steady_clock::now();
  TestResult result;
  if (needs_sandbox(test)) result = run_sandboxed(root, test, surroundings);
  check_config(surroundings.image, test.expect.config, result.failures);
  result.name = test.title();
  result.mark = test.mark;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

std::vector<TestResult> run_tests(const root::Root& root, const std::vector<RootTest>& tests,
                                  const TestSurroundings& surroundings, std::size_t at_once, Progress& progress) {
  std::vector<Job> jobs;
  for (const RootTest& test : tests) {
    jobs.push_back(
        {"test '" + test.title() + "'", [&] { return dump_json(to_json(run_test(root, test, surroundings))); }});
  }
  progress.begin("testing", tests.size(), Progress::Unit::items);
  const auto outcomes =
      run_workers(jobs, at_once, [&](std::size_t ended, const Job& job) { progress.at(ended, jobs.size(), job.name); });
  progress.end();
  std::vector<TestResult> results;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const auto* error = std::get_if<Error>(&outcomes[i])) throw Error(*error);
    results.push_back(test_result_of(parse_json(std::get<std::string>(outcomes[i]))));
    results.back().mark = tests[i].mark;
  }
  return results;
}

TouchedFiles touched_by(const std::vector<TestResult>& results) {
  TouchedFiles all;
  for (const TestResult& result : results) {
    for (const auto& [path, how] : result.touched) add_touch(all[path], how);
  }
  return all;
}

std::string printed_by(const TestResult& result) {
  const bool only_one = result.processes.size() == 1;
  std::string text;
  for (const TestProcess& one : result.processes) {
    std::string printed = one.out + one.err;
    while (printed.ends_with('\n')) printed.pop_back();
    text += (text.empty() ? "" : "\n") + (only_one ? "it" : "'" + one.command + "'") +
            (printed.empty() ? " printed nothing" : " printed:\n" + printed);
  }
  return text;
}

}  // namespace rootlet::rootfs
