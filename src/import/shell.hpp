#pragma once

#include <map>
#include <string>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::imports {

/// Values of variables that are known; none of them comes from the environment.
using Variables = std::map<std::string, std::string>;

struct ShellWord {
  std::string text;
  int line = 0;
  bool open = false;  ///< it holds what only a shell could tell: a variable that is not known, $(…), {a,b}
};

struct ShellCommand {
  std::vector<ShellWord> words;  ///< without redirections, assignments before the command, and words such as `then`
  bool conditional = false;      ///< it runs only if something else succeeds or fails, or in a loop
  std::string arch = {};         ///< it runs only where `uname -m` or arch says this; empty: that was not asked
  std::string input = {};        ///< the file that it reads, by "<" or from cat or grep; empty: none is known
};

/// Stands for the end of a line that goes on in the next one.
inline constexpr char continued = '\x01';

/// Takes a text of sh apart without running anything. `line`: of its beginning. At most 20,000 words.
std::vector<ShellCommand> shell_commands(const std::string& text, int line, const Variables& variables);

/// The words of one line, such as that of LABEL, where operators mean nothing.
std::vector<ShellWord> plain_words(const std::string& text, int line, const Variables& variables);

/// Puts in the values of variables: $NAME, ${NAME}, ${NAME:-default}, ${NAME:+other}. `open`: set where one is not
/// known, which stays as it is.
std::string expanded(const std::string& text, const Variables& variables, bool& open);

}  // namespace rootlet::imports
