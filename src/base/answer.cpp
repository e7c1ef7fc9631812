#include "answer.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "rootlet/base/error.hpp"

namespace rootlet {

void end_with(pid_t parent) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
}

void answer_and_end(const Fd& out, const std::function<std::string()>& work) noexcept {
  // "+result" or "-message\0hint"
  try {
    std::string answer;
    try {
      answer = "+" + work();
    } catch (const Error& error) {
      answer = std::string("-") + error.what() + '\0' + error.hint();
    }
    write_all(out.get(), answer, "pipe");
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

std::string result_of(std::string_view answer, const std::string& silent) {
  if (answer.empty()) throw Error(silent);
  const std::string_view said = answer.substr(1);
  if (answer.front() == '+') return std::string(said);
  const std::size_t end = said.find('\0');
  throw Error(std::string(said.substr(0, end)), std::string(said.substr(end + 1)));
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("cannot wait for a child process");
  }
  return status;
}

}  // namespace rootlet
