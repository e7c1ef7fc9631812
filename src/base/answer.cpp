#include "answer.hpp"

#include <unistd.h>

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
  if (answer.empty()) throw Error(silent);
  const bool failed = answer.front() == '-';
  answer.erase(0, 1);
  if (!failed) return answer;
  const std::size_t end = answer.find('\0');
  throw Error(answer.substr(0, end), answer.substr(end + 1));
}

}  // namespace rootlet
