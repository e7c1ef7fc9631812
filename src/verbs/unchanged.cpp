#include "unchanged.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/workers.hpp"

namespace rootlet::verbs {
namespace {

constexpr std::size_t most_in_a_process = 64;

/// Hears whether anything was said, which a process of its own is to say again.
class Ear final : public Progress {
 public:
  void warn(std::string_view /*line*/) override { heard = true; }
  bool heard = false;
};

/// The digests of those of some images that are as they were, in JSON.
std::string look_at(const std::vector<const WorkspaceTask*>& tasks, const Workspace& workspace,
                    const PlanRequest& request) {
  make::KnownBases bases;
  nlohmann::json digests = nlohmann::json::array();
  for (const WorkspaceTask* task : tasks) {
    Ear ear;
    std::string digest;
    try {
      digest = unchanged_digest(*task, workspace, request, bases, ear);
    } catch (const Error&) {  // told by the process that looks again
    }
    digests.push_back(ear.heard ? "" : digest);
  }
  return dump_json(digests);
}

}  // namespace

std::vector<std::string> find_unchanged(const std::vector<const WorkspaceTask*>& tasks, const Workspace& workspace,
                                        const PlanRequest& request) {
  std::vector<std::size_t> built;  // those that there is a state of
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (fs::exists(state_file(workspace, tasks[i]->image->name))) built.push_back(i);
  }
  const std::size_t share = built.size() / std::max<std::size_t>(1, request.at_once) + 1;
  const std::size_t part = std::clamp<std::size_t>(share, 1, most_in_a_process);
  std::vector<Job> jobs;
  for (std::size_t begin = 0; begin < built.size(); begin += part) {
    std::vector<const WorkspaceTask*> some;
    for (std::size_t i = begin; i < std::min(begin + part, built.size()); ++i) some.push_back(tasks[built[i]]);
    jobs.push_back(
        {some.front()->image->name, [some, &workspace, &request] { return look_at(some, workspace, request); }});
  }
  std::vector<std::string> digests(tasks.size());
  const auto outcomes = run_workers(jobs, request.at_once, [](std::size_t, const Job&) {});
  for (std::size_t job = 0; job < jobs.size(); ++job) {
    const auto* said = std::get_if<std::string>(&outcomes[job]);
    if (said == nullptr) continue;
    const auto some = parse_json(*said);
    for (std::size_t i = 0; i < some.size(); ++i) digests[built[job * part + i]] = some[i];
  }
  return digests;
}

}  // namespace rootlet::verbs
