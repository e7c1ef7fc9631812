#include "base_blobs.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/workers.hpp"

namespace rootlet::verbs {
namespace {

/// Names of the files that have the digests that they are called by, in JSON.
std::string names_of_blobs(const fs::path& blobs) {
  nlohmann::json names = nlohmann::json::array();
  for (const auto& entry : fs::directory_iterator(blobs)) {
    const std::string name = entry.path().filename().string();
    if (!fs::is_regular_file(entry.symlink_status())) continue;
    if (digest_of_file(entry.path()) == name) names.push_back(name);
  }
  return dump_json(names);
}

}  // namespace

std::map<fs::path, BlobFiles> read_base_blobs(const std::vector<fs::path>& layouts, std::size_t at_once) {
  std::vector<Job> jobs;
  for (const fs::path& one : layouts) {
    jobs.push_back({one.string(), [one] { return names_of_blobs(one / "blobs" / "sha256"); }});
  }
  std::map<fs::path, BlobFiles> all;
  const auto outcomes = run_workers(jobs, at_once, [](std::size_t, const Job&) {});
  for (std::size_t i = 0; i < layouts.size(); ++i) {
    BlobFiles& files = all[layouts[i]];
    const auto* said = std::get_if<std::string>(&outcomes[i]);
    if (said == nullptr) continue;
    for (const std::string name : parse_json(*said)) {
      files["sha256:" + name] = layouts[i] / "blobs" / "sha256" / name;
    }
  }
  return all;
}

}  // namespace rootlet::verbs
