#include "clasp.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/child.hpp"
#include "base/descriptors.hpp"
#include "base/json.hpp"
#include "rootlet/error.hpp"

namespace rootlet::optimize {
namespace {

using Json = nlohmann::json;

constexpr rlim_t most_bytes = 4'000'000'000;
/// Time that it may take, after its time is up, to say what it has found.
constexpr std::chrono::seconds grace{3};
/// It could not be started in the child.
constexpr int not_started = 127;

/// Holds back all signals while it lives.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

 private:
  sigset_t before_{};
};

/// clasp, fed and running; it ends with this object.
class Process {
 public:
  Process(const std::vector<std::string>& command, std::string_view input) : stdin_(in_memory(input)) {
    auto [in, out] = make_pipe();
    // No signal may run a handler of this program in the child before it has become another one.
    const BlockedSignals blocked;
    child_ = fork_child();
    if (!child_) become_clasp(command, out, blocked.before());
    output_ = std::move(in);
  }

  /// All it prints. At the deadline it is asked to come to an end, and killed if it does not.
  std::string output(Deadline deadline) {
    std::string text;
    for (;;) {
      const auto now = std::chrono::steady_clock::now();
      if (now >= deadline && stopped_) return "";
      if (now >= deadline) {
        child_->signal(SIGINT);
        stopped_ = true;
        deadline = now + grace;
      }
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
      pollfd ready{output_.get(), POLLIN, 0};
      if (poll(&ready, 1, static_cast<int>(std::min<long>(left.count(), 1000))) <= 0) continue;
      const std::string more = read_some(output_);
      if (more.empty()) return text;
      text += more;
    }
  }

  /// Whether its time was up.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

  /// Its exit status, when it has printed all.
  int wait() {
    if (stopped_) child_->signal(SIGKILL);
    return child_->wait();
  }

 private:
  [[noreturn]] void become_clasp(const std::vector<std::string>& command, const Fd& out,
                                 const sigset_t& mask) const noexcept {
    std::signal(SIGINT, SIG_DFL);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    dup2(stdin_.get(), STDIN_FILENO);
    dup2(out.get(), STDOUT_FILENO);
    if (const int null = open("/dev/null", O_WRONLY | O_CLOEXEC); null >= 0) dup2(null, STDERR_FILENO);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    // Nothing is allocated from here on: a program under AddressSanitizer has far more addresses than these.
    const rlimit memory{most_bytes, most_bytes};
    setrlimit(RLIMIT_AS, &memory);
    execvp(arguments.front(), arguments.data());
    _exit(not_started);
  }

  Fd stdin_;
  Fd output_;
  std::optional<Child> child_;
  bool stopped_ = false;
};

std::vector<bool> values_of(const Json& names, int variables) {
  std::vector<bool> values(static_cast<std::size_t>(variables), false);
  for (const Json& name : names) {
    const std::string& text = name.get_ref<const std::string&>();
    int variable = 0;
    std::from_chars(text.data(), text.data() + text.size(), variable);
    values.at(static_cast<std::size_t>(variable) - 1) = true;
  }
  return values;
}

Answer read_answer(const Json& json, int variables) {
  Answer answer;
  const std::string result = json.at("Result");
  answer.impossible = result == "UNSATISFIABLE";
  const Json& call = json.at("Call").at(0);
  if (call.contains("Witnesses")) {
    for (const Json& witness : call.at("Witnesses")) answer.found.push_back(values_of(witness.at("Value"), variables));
  }
  answer.complete = result == "OPTIMUM FOUND" && !json.contains("INTERRUPTED") && !answer.found.empty();
  if (json.contains("Bounds")) answer.lower = json.at("Bounds").at("Lower").get<std::vector<std::uint64_t>>();
  answer.all = answer.complete && json.at("Models").at("More") == "no";
  return answer;
}

std::vector<std::string> command_for(Question question, std::uint64_t conflicts) {
  std::vector<std::string> arguments{"clasp",
                                     "--outf=2",
                                     "--quiet=1,2",
                                     "--opt-mode=optN",
                                     "--opt-strategy=usc,oll,stratify",
                                     "--solve-limit=" + std::to_string(conflicts)};
  switch (question) {
    case Question::best: arguments.push_back("--models=50"); break;
    case Question::ever: arguments.insert(arguments.end(), {"--models=0", "--enum-mode=brave"}); break;
    case Question::always: arguments.insert(arguments.end(), {"--models=0", "--enum-mode=cautious"}); break;
  }
  return arguments;
}

}  // namespace

Answer ask(const Program& program, Question question, std::uint64_t conflicts, Deadline deadline) try {
  const std::string input = to_aspif(program);
  if (std::chrono::steady_clock::now() >= deadline) return {};
  Process clasp(command_for(question, conflicts), input);
  const std::string output = clasp.output(deadline);
  const int status = clasp.wait();
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_started) {
    throw Error("cannot be started: no such program",
                "install the package 'clasp', or ask for DNF's answer with --objective dnf");
  }
  // One that is interrupted while it starts writes half an answer, or none.
  if (clasp.stopped() && !Json::accept(output)) return {};
  if (output.empty()) throw Error("it ended without an answer");
  return read_answer(parse_json(output), program.variables);
} catch (const Json::exception& error) {
  throw Error(std::string("clasp: an answer that cannot be read: ") + error.what());
} catch (const Error& error) {
  throw error.within("clasp");
}

}  // namespace rootlet::optimize
