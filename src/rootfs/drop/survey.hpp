#pragma once

#include <map>
#include <string>
#include <vector>

#include "../beneath.hpp"
#include "elf/elf.hpp"
#include "libraries.hpp"

namespace rootlet::rootfs {

/// What a file of the root needs of it.
enum class NeedKind { interpreter, library, link };

/// A need that something in the root met once.
struct Need {
  std::string file;  ///< place of the one that needs
  NeedKind kind = NeedKind::interpreter;
  std::string what;    ///< as the file writes it: "/bin/sh", "perl", "libc.so.6", "../run"
  std::string met_by;  ///< a path to what meets it
  std::string met_at;  ///< its place
};

/// What the files of a root need: ELF files their loader and libraries, executable scripts their interpreter (and the
/// program that env(1) shall find in the usual PATH), symbolic links what they lead to. Nothing in the root may hang or
/// mislead it: it follows links beneath the root only and reads regular files only, each to a certain size.
class Survey {
 public:
  /// Looks at everything in the root. Error: a directory or file that cannot be read.
  explicit Survey(const Root& root);

  /// The needs that were met when the root was surveyed, and now are not, of the files that are still there. A library
  /// counts as met if it is anywhere in the root, for a program may have its own ways to load it; one that ld.so itself
  /// found must be found again.
  [[nodiscard]] std::vector<Need> lost() const;

 private:
  struct Code {
    std::string place;
    elf::File file;
  };
  /// A library that a file names.
  struct Linked {
    std::size_t code = 0;  // index in codes_
    Need need;
    bool searched = false;  // found as ld.so finds it
  };
  struct Library {
    std::string place;
    elf::Machine machine;
  };

  void look_at_directory(const std::string& directory, std::vector<std::string>& deeper);
  void look_at_file(const std::string& place, unsigned mode);
  void look_at_script(const std::string& place, const std::string& start);
  void add(Need need);
  void look_at_libraries();
  [[nodiscard]] bool is_met(const Need& need) const;
  [[nodiscard]] std::string program_in_path(const std::string& name) const;
  [[nodiscard]] std::string anywhere(const std::string& name, const elf::Machine& machine) const;
  [[nodiscard]] std::vector<Need> lost_libraries() const;

  const Root& root_;
  std::vector<Need> needs_;  // but libraries
  std::vector<Code> codes_;
  std::vector<Linked> linked_;
  std::multimap<std::string, Library> libraries_;  // by soname and by name
};

}  // namespace rootlet::rootfs
