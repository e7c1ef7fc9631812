#include "answer.hpp"

#include <unistd.h>

#include <algorithm>

#include "rootlet/error.hpp"

namespace rootlet {

void answer_and_end(const Fd& out, const std::function<std::string()>& work) noexcept {
  // "+result" or "-message\0hint"
  try {
    std::string answer;
    bool failed = false;
    try {
      answer = work();
    } catch (const Error& error) {
      answer = std::string(error.what()) + '\0' + error.hint();
      failed = true;
    }
    write_all(out.get(), failed ? "-" : "+", "pipe");
    write_all(out.get(), answer, "pipe");  // it may be large: it is not copied
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

std::string result_of(std::string answer, const std::string& silent) {
  if (answer.starts_with('+')) {
    answer.erase(0, 1);
    return answer;
  }
  const std::string message = answer.substr(0, answer.find('\0'));
  if (message.size() < 2) throw Error(silent);
  throw Error(message.substr(1), answer.substr(std::min(message.size() + 1, answer.size())));
}

}  // namespace rootlet
