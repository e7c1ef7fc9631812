// Says why a package is in a target, and what would leave with it: example TARGET PACKAGE
#include <iostream>
#include <rootlet/error.hpp>
#include <rootlet/report.hpp>
#include <rootlet/target.hpp>
#include <rootlet/verbs.hpp>

int main(int count, char** words) try {
  if (count != 3) {
    std::cerr << "usage: example TARGET PACKAGE\n";
    return 2;
  }
  rootlet::Progress silent;
  const auto opened = rootlet::inspect::open(words[1], {}, silent);
  if (const auto* none = std::get_if<rootlet::Unsolvable>(&opened)) {
    std::cerr << rootlet::report::to_text(*none);
    return 3;
  }
  const auto& target = std::get<rootlet::inspect::Target>(opened);
  const auto answer = rootlet::verbs::why(target, words[2], {});
  std::cout << rootlet::report::to_text(target, answer);
  const auto rest = rootlet::verbs::without(target, {words[2]}, {});
  std::cout << rootlet::report::to_text(target.graph, rest);
} catch (const rootlet::Error& error) {
  std::cerr << "example: " << error.what() << "\n" << error.hint() << "\n";
  return rootlet::exit_code(error.kind());
}
