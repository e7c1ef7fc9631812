#include "base/workers.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/fs.hpp"

using namespace rootlet;

namespace {

Job says(const std::string& text) {
  return {text, [text] { return text; }};
}

std::string text_of(const Outcome& outcome) {
  if (const auto* text = std::get_if<std::string>(&outcome)) return *text;
  const auto& error = std::get<Error>(outcome);
  return std::string("error: ") + error.what() + "|" + error.hint();
}

std::vector<std::string> run(const std::vector<Job>& jobs, std::size_t at_once) {
  std::vector<std::string> texts;
  std::size_t last = 0;
  for (const Outcome& outcome : run_workers(jobs, at_once, [&](std::size_t ended, const Job&) {
         CHECK(ended == last + 1);
         last = ended;
       })) {
    texts.push_back(text_of(outcome));
  }
  CHECK(last == jobs.size());
  return texts;
}

bool is_alive(pid_t pid) { return kill(pid, 0) == 0 || errno != ESRCH; }

}  // namespace

TEST_CASE("workers answer in the order of their jobs, whoever is first") {
  const std::string large(1'000'000, 'x');
  const Job slow{"slow", [] {
                   std::this_thread::sleep_for(std::chrono::milliseconds(50));
                   return std::string("slow");
                 }};
  for (const std::size_t at_once : {1U, 2U, 9U}) {
    CHECK(run({slow, says("b"), says(large), says("")}, at_once) == std::vector<std::string>{"slow", "b", large, ""});
  }
  CHECK(run({}, 1).empty());
}

TEST_CASE("each job runs in a process of its own, beside the others") {
  const Job pid{"pid", [] { return std::to_string(getpid()); }};
  const std::vector<std::string> pids = run({pid, pid, says("x")}, 2);
  CHECK(pids[0] != pids[1]);
  CHECK(pids[0] != std::to_string(getpid()));
}

TEST_CASE("what goes wrong in a worker is an error of its job alone") {
  const std::vector<Job> jobs{
      {"a", []() -> std::string { throw Error("it is broken", "mend it"); }},
      {"b",
       []() -> std::string {
         std::signal(SIGABRT, SIG_DFL);
         std::abort();
       }},
      {"c",
       []() -> std::string {
         kill(getpid(), SIGKILL);
         return "";
       }},
      {"d", []() -> std::string { throw 1; }},
      {"e", []() -> std::string { _exit(0); }},
      says("f"),
  };
  CHECK(run(jobs, 2) == std::vector<std::string>{
                            "error: it is broken|mend it", "error: the worker for b was ended by signal 6 (Aborted)|",
                            "error: the worker for c was ended by signal 9 (Killed)|the system does so where memory "
                            "runs out: try fewer at once",
                            "error: the worker for d ended without an answer|",
                            "error: the worker for e ended without an answer|", "f"});
}

TEST_CASE("a killed worker's own child does not hold up the others") {
  const Job parent{"parent", []() -> std::string {
                     if (fork() == 0) {
                       alarm(20);  // it holds the pipe open
                       pause();
                       _exit(0);
                     }
                     kill(getpid(), SIGKILL);
                     return "";
                   }};
  const auto start = std::chrono::steady_clock::now();
  CHECK(run({parent, says("b")}, 1).back() == "b");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("jobs that others wait for start first, and the others once these have ended, however they did") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-workers-");
  const auto job = [&](const std::string& name, std::vector<std::size_t> after) {
    return Job{name,
               [name, log = dir.path() / "log"] {
                 const std::string before = fs::exists(log) ? read_file(log) : "";
                 write_file(log, before + name);
                 if (name == "c") throw Error("failed");
                 return before;
               },
               std::move(after)};
  };
  CHECK(run({job("a", {}), job("b", {}), job("c", {}), job("d", {2}), job("e", {1, 3})}, 1) ==
        std::vector<std::string>{"bcd", "", "error: failed|", "bc", "bcda"});
}

TEST_CASE("workers end with whoever started them") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t starter = fork();
  if (starter == 0) {
    const Job endless{"endless", [&]() -> std::string {
                        const pid_t own = getpid();
                        write_all(ends[1], {reinterpret_cast<const char*>(&own), sizeof own}, "pipe");
                        for (;;) pause();
                      }};
    run_workers({endless}, 1, [](std::size_t, const Job&) {});
    _exit(0);
  }
  pid_t worker = 0;
  REQUIRE(read(ends[0], &worker, sizeof worker) == sizeof worker);
  CHECK(is_alive(worker));
  kill(starter, SIGKILL);
  waitpid(starter, nullptr, 0);
  for (int i = 0; i < 500 && is_alive(worker); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK_FALSE(is_alive(worker));
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("an exception leaves no worker behind") {
  pid_t worker = 0;
  const TempDir dir(fs::temp_directory_path(), "rootlet-workers-");
  const Job endless{"endless", [&]() -> std::string {
                      write_file(dir.path() / "pid", std::to_string(getpid()));
                      for (;;) pause();
                    }};
  const Job waits{"waits", [&] {
                    while (!fs::exists(dir.path() / "pid")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    return std::string();
                  }};
  CHECK_THROWS_AS(run_workers({endless, waits}, 2, [](std::size_t, const Job&) { throw Error("enough"); }), Error);
  worker = std::stoi(read_file(dir.path() / "pid"));
  CHECK_FALSE(is_alive(worker));
}
