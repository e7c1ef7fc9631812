#pragma once

#include <optional>
#include <string>
#include <vector>

#include "containerfile.hpp"

namespace rootlet::imports {

/// Takes what RUN of Containerfiles installs: by its commands, by scripts and lists of packages that these name and
/// that lie beside the Containerfile. Nothing is run.
class RunTaker {
 public:
  /// `tells_defaults`: what DNF's settings leave open is noted, since nothing else says it.
  RunTaker(RecipeDraft& draft, bool tells_defaults) : draft_(draft), tells_defaults_(tells_defaults) {}

  /// `stages`: the one of the instruction, with those that it is built from. `only_roots`: it is only copied from, and
  /// what it installs for itself does not come along.
  void take(const std::vector<const Stage*>& stages, const Instruction& run, const Variables& variables,
            bool only_roots);

 private:
  struct Source;
  void take_command(const ShellCommand& command, const Source& source);
  void take_call(const DnfCall& call, const Source& source);
  void take_list(const ShellCommand& command, DnfCall call, const Source& source);
  /// False: the command names no script that can be read.
  bool take_script(const ShellCommand& command, const Source& source);
  void told_defaults(const DnfCall& call, const std::string& file);
  /// A file that a command names within the image, as it lies beside the Containerfile; nothing: it does not, or many
  /// were looked for already.
  std::optional<ForeignFile> find_file(const std::string& path, const Source& source);

  RecipeDraft& draft_;
  bool tells_defaults_;
  bool told_ = false;
  int looked_for_ = 0;
};

}  // namespace rootlet::imports
