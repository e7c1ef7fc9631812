#include "base/limits.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/text.hpp"
#include "memory.hpp"

namespace rootlet {

/// Memory that the processes share. It is read when the writer has ended.
struct LastWords::Page {
  bool at_work;
  bool out_of_memory;
  Limits limits;
  std::array<char, 2048> subject;
  std::array<char, 64> library;
  std::array<char, 512> hint;
};

namespace {

/// Ends that a task can come to.
enum class Fate : std::size_t { out_of_memory, out_of_time, crashed, killed };
constexpr std::array fates{Fate::out_of_memory, Fate::out_of_time, Fate::crashed, Fate::killed};

Error error_of(Fate fate, const Task& task) {
  std::string why = task.library;
  switch (fate) {
    case Fate::out_of_memory: why += " takes more than " + human_size(task.limits.bytes) + " of memory"; break;
    case Fate::out_of_time:
      why += fmt::format(" takes more than {} second{} of processor time", task.limits.seconds,
                         task.limits.seconds == 1 ? "" : "s");
      break;
    case Fate::crashed: why += " crashes on it"; break;
    case Fate::killed: why = "the system ended " + why + ", as it does where memory runs out"; break;
  }
  return Error(task.subject.empty() ? why : task.subject + ": " + why, task.hint);
}

#ifdef __SANITIZE_ADDRESS__
constexpr std::array fatal_signals{SIGXCPU};
#else
constexpr std::array fatal_signals{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGXCPU};
#endif
constexpr std::array limited_resources{RLIMIT_AS, RLIMIT_CPU, RLIMIT_CORE};

/// State of a process that a task changes, as it was before.
struct Before {
  std::array<rlimit, limited_resources.size()> limits;
  std::array<struct sigaction, fatal_signals.size()> signals;
  std::new_handler new_handler;
};

bool task_runs = false;  ///< in this process
Before before_task{};
LastWords::Page* own_page = nullptr;              ///< for its maker
Words own_wording = nullptr;                      ///< where it has the last word itself
std::array<std::string, fates.size()> own_words;  ///< made ahead: there is no memory when they are said

[[noreturn]] void say_and_end(Fate fate) noexcept {
  const std::string& text = own_words[static_cast<std::size_t>(fate)];
  static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
  _exit(exit_code(ErrorKind::failure));
}

void on_fatal_signal(int number) noexcept { say_and_end(number == SIGXCPU ? Fate::out_of_time : Fate::crashed); }

/// Handlers run on a stack of their own: a task may have used up the usual one.
void handle_fatal_signals() noexcept {
  static std::array<char, 65536> stack;
  const stack_t other{stack.data(), 0, stack.size()};
  sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = on_fatal_signal;
  action.sa_flags = SA_ONSTACK;
  for (const int number : fatal_signals) sigaction(number, &action, nullptr);
}

template <std::size_t size>
void copy_text(const std::string& from, std::array<char, size>& to) noexcept {
  const std::size_t length = std::min(from.size(), size - 1);
  std::memcpy(to.data(), from.data(), length);
  to[length] = '\0';
}

std::uint64_t seconds_in_use() noexcept {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1;
}

/// Limits a resource to so much beyond what is in use; what the caller's limits leave of that.
std::uint64_t limit_further(__rlimit_resource resource, std::uint64_t in_use, std::uint64_t more) noexcept {
  rlimit now{};
  getrlimit(resource, &now);
  now.rlim_cur = std::min<rlim_t>(now.rlim_cur, in_use + more);  // the largest stands for none
  setrlimit(resource, &now);
  return std::min<std::uint64_t>(more, now.rlim_cur - std::min<rlim_t>(now.rlim_cur, in_use));
}

void set_limits(Limits& limits) noexcept {
  limits.seconds = limit_further(RLIMIT_CPU, seconds_in_use(), limits.seconds);
#ifndef __SANITIZE_ADDRESS__
  limits.bytes = limit_further(RLIMIT_AS, memory_in_use(), std::min(limits.bytes, memory_to_spare()));
#endif
  static_cast<void>(limit_further(RLIMIT_CORE, 0, 0));  // it is told instead
}

void note() noexcept {
  for (std::size_t i = 0; i < limited_resources.size(); ++i) getrlimit(limited_resources[i], &before_task.limits[i]);
  for (std::size_t i = 0; i < fatal_signals.size(); ++i) sigaction(fatal_signals[i], nullptr, &before_task.signals[i]);
  before_task.new_handler = std::set_new_handler(out_of_memory);
  task_runs = true;
}

void restore() noexcept {
  if (!task_runs) return;
  task_runs = false;
  for (std::size_t i = 0; i < limited_resources.size(); ++i) setrlimit(limited_resources[i], &before_task.limits[i]);
  for (std::size_t i = 0; i < fatal_signals.size(); ++i) sigaction(fatal_signals[i], &before_task.signals[i], nullptr);
  std::set_new_handler(before_task.new_handler);
}

}  // namespace

LastWords::LastWords() {
  void* memory = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw system_error("cannot allocate memory");
  page_ = static_cast<Page*>(memory);
}

LastWords::~LastWords() { munmap(page_, sizeof(Page)); }

void LastWords::adopt() const noexcept {
  own_page = page_;
  for (const int number : fatal_signals) std::signal(number, SIG_DFL);
}

std::optional<Error> LastWords::about(int status) const {
  if (!WIFSIGNALED(status) || !page_->at_work) return std::nullopt;
  const Task task{page_->subject.data(), page_->library.data(), page_->hint.data(), page_->limits};
  if (page_->out_of_memory) return error_of(Fate::out_of_memory, task);
  const int number = WTERMSIG(status);
  if (number == SIGXCPU) return error_of(Fate::out_of_time, task);
  if (number == SIGKILL) return error_of(Fate::killed, task);
  constexpr std::array crashes{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
  if (std::find(crashes.begin(), crashes.end(), number) == crashes.end()) return std::nullopt;
  return error_of(Fate::crashed, task);
}

void say_last_words(Words words) noexcept { own_wording = words; }

LimitedTask::LimitedTask(const Task& task) {
  if (own_page == nullptr && own_wording == nullptr) return;
  note();
  Task limited = task;
  set_limits(limited.limits);
  if (own_page != nullptr) {
    copy_text(task.subject, own_page->subject);
    copy_text(task.library, own_page->library);
    copy_text(task.hint, own_page->hint);
    own_page->limits = limited.limits;
    own_page->at_work = true;
  } else {
    for (const Fate fate : fates) own_words[static_cast<std::size_t>(fate)] = own_wording(error_of(fate, limited));
    handle_fatal_signals();
  }
}

LimitedTask::~LimitedTask() {
  restore();
  if (own_page != nullptr) own_page->at_work = false;
}

void LimitedTask::leave() noexcept {
  restore();
  own_page = nullptr;
}

void out_of_memory() noexcept {
  if (own_page != nullptr) own_page->out_of_memory = true;
  if (own_page == nullptr && task_runs) say_and_end(Fate::out_of_memory);
  std::abort();
}

}  // namespace rootlet
