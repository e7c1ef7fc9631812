#include "analysis/elf_files.hpp"

#include <algorithm>

#include "paths.hpp"

namespace rootlet::analysis {

bool is_debug_data(std::string_view path) { return path.starts_with("/usr/lib/debug/") || path.ends_with(".debug"); }

ElfFiles::ElfFiles(const FileTree& tree) {
  std::map<ElfMachine, std::size_t> counts;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    const TreeFile* file = &tree.files[i];
    const std::string_view name = base_name(tree.files[i].path);
    if (is_debug_data(file->path)) continue;
    if (file->type == FileType::symlink && name.find(".so") != std::string_view::npos) file = tree.resolve(file->path);
    if (file == nullptr || file->type != FileType::regular || !file->elf) continue;
    const auto place = static_cast<std::size_t>(file - tree.files.data());
    by_name_[{file->elf->machine, std::string(name)}].push_back({place, i});
    if (place != i || !file->first_link.empty()) continue;
    places.push_back(i);
    ++counts[file->elf->machine];
    const std::string& soname = file->elf->soname;
    if (!soname.empty() && soname != name) by_name_[{file->elf->machine, soname}].push_back({i, i});
    const TreeFile* loader = file->elf->interpreter.empty() ? nullptr : tree.resolve(file->elf->interpreter);
    if (loader != nullptr && loader->elf) native.insert(loader->elf->machine);
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != counts.end()) native.insert(most->first);
}

const std::vector<ElfFiles::Named>& ElfFiles::named(const ElfMachine& machine, const std::string& name) const {
  const auto found = by_name_.find({machine, name});
  return found == by_name_.end() ? none_ : found->second;
}

}  // namespace rootlet::analysis
