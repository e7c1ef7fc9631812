#include "base/workers.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>

#include "answer.hpp"
#include "base/child.hpp"
#include "base/fs.hpp"
#include "base/limits.hpp"

extern "C" {  // glibc 2.36's header does not say so itself
#include <sys/pidfd.h>
}

namespace rootlet {
namespace {

/// A child process at work.
class Worker {
 public:
  Worker(std::size_t place, const Job& job) : place_(place) {
    auto [in, out] = make_pipe();
    child_ = fork_child();
    if (!child_) {
      words_.adopt();
      answer_and_end(out, job.work);
    }
    in_ = std::move(in);
    ended_ = Fd(pidfd_open(child_->id(), 0));
    if (!ended_ || fcntl(in_.get(), F_SETFL, O_NONBLOCK) != 0) throw system_error("cannot watch a worker process");
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  [[nodiscard]] std::size_t place() const noexcept { return place_; }
  [[nodiscard]] pollfd answering() const noexcept { return {in_.get(), POLLIN, 0}; }  // -1 is passed over
  [[nodiscard]] pollfd ending() const noexcept { return {ended_.get(), POLLIN, 0}; }

  /// Takes what has come. Its own end counts, not the pipe's: a process that it started may hold that open.
  void take() {
    char buffer[1U << 16U];
    while (in_) {
      const ssize_t got = read(in_.get(), buffer, sizeof buffer);
      if (got > 0) answer_.append(buffer, static_cast<std::size_t>(got));
      if (got == 0) in_.reset();
      if (got < 0 && errno == EAGAIN) return;
      if (got < 0 && errno != EINTR) throw system_error("cannot read from a pipe");
    }
  }

  /// Once it has ended.
  Outcome outcome(const std::string& name) {
    take();
    const int status = child_->wait();
    if (const auto error = words_.about(status)) return error->within(name);
    if (WIFSIGNALED(status)) {
      const int number = WTERMSIG(status);
      return Error(fmt::format("the worker for {} was ended by signal {} ({})", name, number, strsignal(number)),
                   number == SIGKILL ? "the system does so where memory runs out: try fewer at once" : "");
    }
    try {
      return result_of(answer_, fmt::format("the worker for {} ended without an answer", name));
    } catch (const Error& error) {
      return error;
    }
  }

 private:
  std::size_t place_;
  LastWords words_;
  std::optional<Child> child_;
  Fd in_;
  Fd ended_;
  std::string answer_;
};

/// Which jobs may start, and in which order.
class Queue {
 public:
  explicit Queue(const std::vector<Job>& jobs) : jobs_(jobs), states_(jobs.size()), awaited_(jobs.size()) {
    for (const Job& job : jobs) {
      for (const std::size_t place : job.after) awaited_.at(place) = true;
    }
  }

  std::optional<std::size_t> next() {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (states_[i] != State::waiting || !may_start(i)) continue;
      if (!first || (awaited_[i] && !awaited_[*first])) first = i;
    }
    if (first) states_[*first] = State::started;
    return first;
  }
  void ended(std::size_t place) { states_.at(place) = State::ended; }

 private:
  enum class State { waiting, started, ended };

  [[nodiscard]] bool may_start(std::size_t place) const {
    const auto& after = jobs_[place].after;
    return std::all_of(after.begin(), after.end(), [&](std::size_t i) { return states_[i] == State::ended; });
  }

  const std::vector<Job>& jobs_;
  std::vector<State> states_;
  std::vector<bool> awaited_;
};

/// The place of a worker that has ended; waits for one, and takes what all say meanwhile.
std::size_t wait_for_one(std::vector<std::unique_ptr<Worker>>& workers) {
  for (;;) {
    std::vector<pollfd> events;
    for (const auto& worker : workers) {
      events.push_back(worker->ending());
      events.push_back(worker->answering());
    }
    if (poll(events.data(), events.size(), -1) < 0) {
      if (errno == EINTR) continue;
      throw system_error("cannot wait for worker processes");
    }
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (events[2 * i].revents != 0) return i;
      if (events[2 * i + 1].revents != 0) workers[i]->take();
    }
  }
}

}  // namespace

std::size_t processors() noexcept { return std::max(1U, std::thread::hardware_concurrency()); }

std::vector<Outcome> run_workers(const std::vector<Job>& jobs, std::size_t at_once,
                                 const std::function<void(std::size_t ended, const Job& job)>& ended) {
  std::vector<Outcome> outcomes(jobs.size());
  Queue queue(jobs);
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::size_t done = 0; done < jobs.size();) {
    while (workers.size() < at_once) {
      const auto place = queue.next();
      if (!place) break;
      workers.push_back(std::make_unique<Worker>(*place, jobs[*place]));
    }
    const auto worker = workers.begin() + static_cast<std::ptrdiff_t>(wait_for_one(workers));
    const std::size_t place = (*worker)->place();
    outcomes[place] = (*worker)->outcome(jobs[place].name);
    workers.erase(worker);
    queue.ended(place);
    ended(++done, jobs[place]);
  }
  return outcomes;
}

}  // namespace rootlet
