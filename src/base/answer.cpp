#include "answer.hpp"

#include <unistd.h>

#include <algorithm>

#include "rootlet/error.hpp"

namespace rootlet {

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
  if (answer.starts_with('+')) return std::string(answer.substr(1));
  const std::string_view message = answer.substr(0, answer.find('\0'));
  if (message.size() < 2) throw Error(silent);
  throw Error(std::string(message.substr(1)), std::string(answer.substr(std::min(message.size() + 1, answer.size()))));
}

}  // namespace rootlet
