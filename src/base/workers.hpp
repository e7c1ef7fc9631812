#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/error.hpp"

namespace rootlet {

/// Work for a process of its own.
struct Job {
  std::string name;  ///< as messages name it
  std::function<std::string()> work;
  std::vector<std::size_t> after = {};  ///< places of jobs before it in the list: it starts when these have ended
};

/// Result of a job, or the Error that it threw or ended with.
using Outcome = std::variant<std::string, Error>;

/// How many processes can work at once on this machine.
std::size_t processors() noexcept;

/// Runs each job in a child process, at most `at_once` (at least 1) at a time; jobs that others wait for first, then in
/// the order of the list. The outcomes have that order. A worker that crashes or is killed is an Error that names its
/// job: "the worker for nginx was ended by signal 9 (Killed)", or the task with limits that it was at
/// (base/limits.hpp). `ended` is called after each job, with how many have ended. The death of the caller, or an
/// exception, ends all workers. Call it before threads are started. Errors: there can be no more processes, or pipes.
std::vector<Outcome> run_workers(const std::vector<Job>& jobs, std::size_t at_once,
                                 const std::function<void(std::size_t ended, const Job& job)>& ended);

}  // namespace rootlet
