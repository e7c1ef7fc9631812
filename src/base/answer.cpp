#include "answer.hpp"

#include <unistd.h>

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
  if (answer.empty()) throw Error(silent);
  const std::string_view said = answer.substr(1);
  if (answer.front() == '+') return std::string(said);
  const std::size_t end = said.find('\0');
  throw Error(std::string(said.substr(0, end)), std::string(said.substr(end + 1)));
}

}  // namespace rootlet
