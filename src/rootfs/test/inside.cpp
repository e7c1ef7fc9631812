#include <algorithm>
#include <chrono>

#include "../sandbox.hpp"
#include "../tasks.hpp"
#include "base/text.hpp"
#include "checks.hpp"
#include "http.hpp"
#include "model/test_json.hpp"
#include "order.hpp"
#include "processes.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

using Clock = std::chrono::steady_clock;

/// A server has so long for each answer.
constexpr std::chrono::seconds answer_time{10};
/// Programs have so long to end when they are told to.
constexpr std::chrono::seconds stop_time{3};

/// A test as it goes, in process 1 of its sandbox.
class RunningTest {
 public:
  explicit RunningTest(TestOrder order)
      : order_(std::move(order)),
        test_(order_.test),
        deadline_(Clock::now() + std::chrono::seconds(order_.seconds)),
        processes_(order_.user, order_.workdir, order_.allowed_calls) {}

  void carry_out() {
    const bool starts = start();
    if (failures_.empty()) probe();
    if (failures_.empty() && !test_.run.empty()) run();
    if (failures_.empty()) {
      for (const FileCheck& check : test_.expect.files) check_file(check, failures_);
    }
    if (starts) processes_.stop(order_.stop_signal, Clock::now() + stop_time);
    if (failures_.empty()) check_output();
  }

  [[nodiscard]] nlohmann::json result() const {
    TestResult result;
    result.failures = failures_;
    result.processes = processes_.told();
    return to_json(result);
  }

  void fail(const Error& error) { failures_.push_back({error.what(), error.hint()}); }

 private:
  /// Returns whether anything runs now.
  bool start() {
    std::vector<std::vector<std::string>> commands = test_.start;
    if (test_.start_image) commands.insert(commands.begin(), order_.entry);
    try {
      for (const auto& command : commands) processes_.start(command);
    } catch (const Error& error) {
      fail(error);
    }
    started_ = processes_.count();
    return started_ > 0;
  }

  void fail_overdue(const std::string& what) {
    const std::string key = test_.timeout ? "timeout: " + std::to_string(2 * order_.seconds)
                                          : "limits: {seconds: " + std::to_string(2 * order_.seconds) + "}";
    failures_.push_back({what + " takes too long: it was ended after " + counted(order_.seconds, "second"),
                         "if it needs more: " + key});
  }

  void run() {
    try {
      const std::size_t place = processes_.start(test_.run);
      run_ = place;
      const auto status = processes_.wait_for(place, deadline_);
      if (!status) return fail_overdue("'" + test_.run.front() + "'");
      const auto exit_status = static_cast<std::uint32_t>(shell_status(*status));
      if (exit_status == test_.expect.exit_status) return;
      std::string what = how_it_ended(*status);
      if (test_.expect.exit_status != 0) what += ", and " + std::to_string(test_.expect.exit_status) + " is expected";
      failures_.push_back({what});
    } catch (const Error& error) {
      fail(error);
    }
  }

  /// A program that was started and has failed; one that ended well may go on in the background.
  [[nodiscard]] std::optional<std::string> ended_early() const {
    for (std::size_t i = 0; i < started_; ++i) {
      const auto status = processes_.status(i);
      if (!status || shell_status(*status) == 0) continue;
      return "'" + processes_.told().at(i).command + "' ended: " + how_it_ended(*status);
    }
    return std::nullopt;
  }

  void probe() {
    for (const RootProbe& one : test_.probes) {
      probe_until_passed(one);
      if (!failures_.empty()) return;
    }
    if (const auto early = ended_early()) failures_.push_back({*early});
  }

  void probe_until_passed(const RootProbe& one) {
    for (std::uint32_t tries = 0;; ++tries) {
      std::vector<TestFailure> found = try_probe(one);
      if (found.empty()) return;
      const bool is_over = Clock::now() >= deadline_;
      if (const auto early = ended_early()) found.push_back({*early});
      if (is_over || tries == one.retries || ended_early()) {
        failures_ = std::move(found);
        if (is_over) fail_overdue("the test");
        return;
      }
      processes_.pause(std::min(deadline_, Clock::now() + one.interval));
    }
  }

  std::vector<TestFailure> try_probe(const RootProbe& one) {
    std::vector<TestFailure> found;
    const TestTime until = std::min<TestTime>(deadline_, Clock::now() + answer_time);
    const WaitUntilReady wait = [&](int fd, short events) { return processes_.wait_until_ready(fd, events, until); };
    try {
      if (const auto* http = std::get_if<HttpProbe>(&one.ask)) return judge(*http, rootfs::ask(*http, wait));
      if (const auto* tcp = std::get_if<TcpProbe>(&one.ask)) connect_to_loopback(tcp->port, wait);
      if (const auto* exec = std::get_if<ExecProbe>(&one.ask)) return run_probe(*exec);
    } catch (const Error& error) {
      found.push_back({name_of(one) + ": " + error.what(), error.hint()});
    }
    return found;
  }

  static std::string name_of(const RootProbe& one) {
    if (const auto* http = std::get_if<HttpProbe>(&one.ask)) return http->method + " " + http->path;
    if (const auto* tcp = std::get_if<TcpProbe>(&one.ask)) return "port " + std::to_string(tcp->port);
    return "probe";
  }

  static std::vector<TestFailure> judge(const HttpProbe& probe, const ProbeAnswer& answer) {
    std::vector<TestFailure> found;
    const std::string name = probe.method + " " + probe.path;
    if (answer.status != probe.status) {
      found.push_back({name + ": status " + std::to_string(answer.status) + ", and " + std::to_string(probe.status) +
                       " is expected"});
    }
    for (const auto& [header, checks] : probe.headers) {
      const auto is = answer.headers.find(header);
      check_text(name + ": header " + header, is == answer.headers.end() ? "" : is->second, checks, found);
    }
    check_text(name + ": the body", answer.body, probe.body, found);
    return found;
  }

  /// Of tries that fail, only the last is remembered.
  std::vector<TestFailure> run_probe(const ExecProbe& probe) {
    const std::string name = "'" + join(probe.command, " ") + "'";
    if (last_probe_failed_) processes_.forget_last();
    last_probe_failed_ = false;
    const std::size_t place = processes_.start(probe.command);
    const auto status = processes_.wait_for(place, deadline_);
    last_probe_failed_ = status && shell_status(*status) != 0;
    if (!status) return {{name + " does not end"}};
    if (last_probe_failed_) return {{name + ": " + how_it_ended(*status)}};
    return {};
  }

  /// Of `run`, or without it of all that was started.
  void check_output() {
    std::string out;
    std::string err;
    for (std::size_t i = run_.value_or(0); i < (run_ ? *run_ + 1 : started_); ++i) {
      out += processes_.out(i).beginning();
      err += processes_.err(i).beginning();
    }
    check_text("stdout", out, test_.expect.out, failures_);
    check_text("stderr", err, test_.expect.err, failures_);
  }

  TestOrder order_;
  const RootTest& test_;
  TestTime deadline_;
  TestProcesses processes_;
  std::size_t started_ = 0;         ///< the first so many processes are those of `start`
  std::optional<std::size_t> run_;  ///< place of the process of `run`
  bool last_probe_failed_ = false;
  std::vector<TestFailure> failures_;
};

}  // namespace

int test_inside(const Inside& inside, const nlohmann::json& input) {
  inside.send({{"begun", true}});
  RunningTest test(order_of(input));
  try {
    test.carry_out();
  } catch (const Error& error) {
    test.fail(error);
  }
  const nlohmann::json result = test.result();
  inside.send({{"result", result}});
  return result.at("failures").empty() ? 0 : 1;
}

}  // namespace rootlet::rootfs
