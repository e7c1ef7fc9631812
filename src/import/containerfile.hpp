#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "draft.hpp"
#include "file.hpp"
#include "shell.hpp"

namespace rootlet::imports {

/// One instruction of a Containerfile. Lines that go on are joined with `continued`, those of a here-document with line
/// ends.
struct Instruction {
  std::string name;  ///< in capitals
  std::string text;
  Mark mark;
  int text_line = 0;  ///< where `text` begins
};

/// A stage: FROM and what follows.
struct Stage {
  std::string image;  ///< variables put in
  std::string name;   ///< lower case; empty: it has none
  Mark mark;
  std::vector<Instruction> instructions;
};

/// Instructions of a Containerfile, before the first FROM and by stage. Errors (ErrorKind::usage): no FROM; too many
/// lines. `given`: values of arguments, in place of their defaults.
struct Containerfile {
  Variables arguments;  ///< ARGs before the first FROM that have a value
  std::vector<Stage> stages;
};
Containerfile parse_containerfile(const ForeignFile& file, const Variables& given = {});

/// The stage among the first `before` ones that a FROM or --from names; nothing: it is an image.
const Stage* stage_named(const Containerfile& file, const std::string& name, std::size_t before);

/// A stage and those that it is built from, the first one first.
std::vector<const Stage*> chain_of(const Containerfile& file, std::size_t stage);

/// Takes the packages and modules that a stage's commands install, and nothing else of it.
void take_packages_of(const Containerfile& file, const Stage& stage, RecipeDraft& draft);

/// The lines of a text, without their ends; what goes on in the next line ends with a blank.
std::vector<std::string> lines_of(const std::string& text);

/// The exec form of a command, a JSON array of strings; nothing: it is none.
std::optional<std::vector<std::string>> exec_form(const std::string& text);

/// A call of dnf or one of its kind, understood.
struct DnfCall {
  std::string command;  ///< "install", "module enable", "clean"
  std::vector<ShellWord> words;
  std::string install_root;
  std::optional<bool> docs;
  std::optional<bool> weak_deps;
  std::string releasever;
  bool gpgcheck = true;
  std::vector<ShellWord> exclude;
  std::vector<ShellWord> repos;           ///< --repo, --enablerepo, --disablerepo: "--repo=base"
  std::vector<ShellWord> repo_from_path;  ///< "id,address"
  int line = 0;
  std::string arch;          ///< it runs on this architecture only; empty: on all
  bool conditional = false;  ///< as of ShellCommand
};

/// Nothing where the command is none of dnf, dnf5, microdnf, yum, tdnf.
std::optional<DnfCall> dnf_call(const ShellCommand& command);
/// The call that "xargs dnf install" makes, without what xargs adds. Nothing where it is none.
std::optional<DnfCall> dnf_call_of_xargs(const ShellCommand& command);

/// Takes what a call installs. `why`: what is to be said of all of it.
void take_dnf_call(const DnfCall& call, const std::string& file, const std::string& why, RecipeDraft& draft);

/// Takes ENV, USER, ENTRYPOINT and the like of stages that build on each other, in their order; keeps `variables` as
/// they are at each instruction, and calls `run` with each RUN.
void take_instructions(const Containerfile& file, const std::vector<const Stage*>& stages, RecipeDraft& draft,
                       const std::function<void(const Instruction&, const Variables&)>& run);

}  // namespace rootlet::imports
