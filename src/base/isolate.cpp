#include "base/isolate.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "answer.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

[[noreturn]] void run_child(const LastWords& last, const Task& task, const Fd& out,
                            const std::function<std::string()>& work) noexcept {
  last.adopt();
  const LimitedTask limited(task);
  // A library's last words before it crashes are of no use to anyone.
  if (const int null = open("/dev/null", O_WRONLY | O_CLOEXEC); null >= 0) dup2(null, STDERR_FILENO);
  answer_and_end(out, work);
}

}  // namespace

Isolated::Isolated(const Task& task, const std::function<std::string()>& work)
    : library_(task.library), words_(std::make_unique<LastWords>()) {
  auto [in, out] = make_pipe();
  child_ = fork_child();
  if (!child_) run_child(*words_, task, out, work);
  answer_ = std::move(in);
}

std::string Isolated::result() {
  std::string answer = read_all(answer_);
  const int status = child_->wait();
  if (auto error = words_->about(status)) throw std::move(*error);
  const std::string silent = library_ + " cannot cope with it";
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw Error(silent);
  return result_of(std::move(answer), silent);
}

std::string run_isolated(const std::string& library, const std::function<std::string()>& work) {
  return Isolated({.subject = "", .library = library, .hint = "", .limits = {}}, work).result();
}

}  // namespace rootlet
