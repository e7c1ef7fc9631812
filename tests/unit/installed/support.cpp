#include "support.hpp"

#include <fmt/format.h>

#include "rootlet/target.hpp"

namespace rootlet::test {

installed::Tree read(const fs::path& path, installed::Depth depth, const std::string& tag) {
  installed::ReadOptions options;
  options.depth = depth;
  options.tag = tag;
  Progress silent;
  return inspect::form_of(path) == inspect::Form::image ? installed::read_image(path, options, silent)
                                                        : installed::read_directory(path, options, silent);
}

std::vector<std::string> described(const FileTree& tree, bool times) {
  std::vector<std::string> lines;
  for (const TreeFile& file : tree.files) {
    std::string line = fmt::format("{} {} {:o} {}:{} {} '{}' '{}' '{}' {} '{}'", file.path, static_cast<int>(file.type),
                                   file.mode, file.uid, file.gid, file.size, file.target, file.first_link,
                                   file.capabilities, file.sha256, file.interpreter);
    if (times && file.type != FileType::directory) line += fmt::format(" {}", file.mtime);
    if (file.elf) line += " " + file.elf->soname + fmt::format(" {}", file.elf->needed.size());
    lines.push_back(line);
  }
  return lines;
}

}  // namespace rootlet::test
