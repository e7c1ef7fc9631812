#include "lacking.hpp"

#include <map>
#include <string>
#include <vector>

#include "analysis/needs.hpp"
#include "base/text.hpp"
#include "root/directory.hpp"

namespace rootlet::make {

void warn_of_lacking(const root::Root& root, const rootfs::BaseFiles& below, Progress& progress) {
  const FileTree tree = root::read_files(root, root::Contents::code, progress);
  const auto read = [&](const TreeFile& file, std::size_t most) { return root.head(file.path, most); };
  std::map<std::string, std::vector<std::string>> lacking;  // what, and who needs it
  for (const analysis::FileNeed& need : analysis::file_needs(tree, read)) {
    const bool of_addition = !below.contains(need.file->path);
    if (need.met != analysis::NeedMet::nowhere || need.kind == analysis::NeedKind::link || !of_addition) continue;
    lacking[need.what].push_back(need.file->path);
  }
  for (const auto& [what, files] : lacking) {
    const std::string more = files.size() > 1 ? " and " + counted(files.size() - 1, "other file") : "";
    progress.warn("'" + files.front() + "'" + more + " will not run: '" + what +
                  "' is not in the root; the base may have been trimmed, so build on one that keeps it");
  }
}

}  // namespace rootlet::make
