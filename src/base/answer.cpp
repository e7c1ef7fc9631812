#include "answer.hpp"

#include <unistd.h>

#include <algorithm>

#include "rootlet/error.hpp"

namespace rootlet {

void answer_and_end(const Fd& out, const std::function<std::string()>& work) noexcept {
  // "+result" or "-" and the kind as a digit, then "message\0hint"
  try {
    std::string answer;
    std::string outcome = "+";
    try {
      answer = work();
    } catch (const Error& error) {
      answer = std::string(error.what()) + '\0' + error.hint();
      outcome = "-" + std::to_string(static_cast<int>(error.kind()));
    }
    write_all(out.get(), outcome, "pipe");
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
  constexpr std::size_t before = 2;
  const std::string message = answer.substr(0, answer.find('\0'));
  if (message.size() <= before) throw Error(silent);
  const int kind = message[1] - '0';
  if (kind < 0 || kind > static_cast<int>(ErrorKind::no_solution)) throw Error(silent);
  throw Error(message.substr(before), answer.substr(std::min(message.size() + 1, answer.size())),
              static_cast<ErrorKind>(kind));
}

}  // namespace rootlet
