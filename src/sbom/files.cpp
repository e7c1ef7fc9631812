#include "rootlet/sbom.hpp"

namespace rootlet::sbom {

void add_files(Sbom& sbom, const FileTree& tree, const std::vector<std::vector<PackageId>>& owners,
               const std::map<std::string, std::string>& origins) {
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    const TreeFile& file = tree.files[i];
    if (file.type != FileType::regular || !file.first_link.empty()) continue;
    SbomFile entry{file.path, file.sha256, owners.at(i)};
    const auto origin = origins.find(file.path);
    if (entry.owners.empty() && origin != origins.end()) entry.origin = origin->second;
    sbom.files.push_back(std::move(entry));
  }
}

}  // namespace rootlet::sbom
