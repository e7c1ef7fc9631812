#include "elf_files.hpp"

#include <algorithm>

namespace rootlet::analysis {

ElfFiles::ElfFiles(const Subject& subject) {
  const FileTree& tree = *subject.tree;
  std::map<ElfMachine, std::size_t> counts;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    const TreeFile* file = &tree.files[i];
    const std::string_view name = base_name(tree.files[i].path);
    if (file->path.starts_with("/usr/lib/debug/") || file->path.ends_with(".debug")) continue;
    if (file->type == FileType::symlink && name.find(".so") != std::string_view::npos) file = tree.resolve(file->path);
    if (file == nullptr || file->type != FileType::regular || !file->elf) continue;
    const std::size_t place = subject.place(*file);
    by_name_[{file->elf->machine, std::string(name)}].push_back(place);
    if (place != i || !file->first_link.empty()) continue;
    places.push_back(i);
    ++counts[file->elf->machine];
    const std::string& soname = file->elf->soname;
    if (!soname.empty() && soname != name) by_name_[{file->elf->machine, soname}].push_back(i);
    const TreeFile* loader = file->elf->interpreter.empty() ? nullptr : tree.resolve(file->elf->interpreter);
    if (loader != nullptr && loader->elf) native.insert(loader->elf->machine);
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != counts.end()) native.insert(most->first);
}

const std::vector<std::size_t>& ElfFiles::named(const ElfMachine& machine, const std::string& name) const {
  const auto found = by_name_.find({machine, name});
  return found == by_name_.end() ? none_ : found->second;
}

}  // namespace rootlet::analysis
