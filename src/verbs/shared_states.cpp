#include "shared_states.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/workers.hpp"
#include "history/file.hpp"
#include "history/record.hpp"
#include "make/publish.hpp"
#include "recipe/reader.hpp"
#include "registry/reference.hpp"
#include "registry/state.hpp"
#include "rootlet/error.hpp"

namespace rootlet::verbs {
namespace {

constexpr std::size_t most_states_in_a_process = 64;

/// Nobody: what is brought in processes beside each other has one bar for all.
class Silence final : public Progress {
 public:
  void warn(std::string_view /*line*/) override {}
};

registry::Settings settings_of(const make::Environment& environment) {
  return {environment.cache_dir, environment.offline, environment.insecure_registries};
}

/// Brings an image's output in one step.
void bring_output(const WorkspaceImage& image, const Workspace& workspace, const make::Environment& environment) {
  const fs::path file = state_file(workspace, image.name);
  make_dirs(file.parent_path());
  const FileLock lock(fs::path(file).replace_extension(".lock"));
  const auto state = read_state(file, StatePart::without_records);
  if (!state || is_as_noted(*state, image.out)) return;
  const registry::ImageReference from = registry::parse_reference(place_in_registry(workspace, image));
  const make::Workplace place = make::workplace(image.out);
  const TempDir workplace(place.parent, place.prefix);
  const fs::path layout = workplace.path() / make::image_name;
  make_dirs(layout);
  Silence progress;
  registry::bring_layout(from, state->index, layout, settings_of(environment), progress);
  if (!is_as_noted(*state, layout)) {
    throw Error("what '" + from.str() + "' has is not as its state says",
                "remove its tag '" + from.tag + ".rootlet' there: it is built again then");
  }
  make::publish_image(workplace, image.out.filename().string());
}

/// take_state(), over a connection that there may be.
bool take_state(const WorkspaceTask& task, const Workspace& workspace, registry::StateReader& reader) {
  const fs::path file = state_file(workspace, task.image->name);
  std::error_code none;
  const std::string here = fs::is_regular_file(file, none) ? read_file(file) : "";
  const std::string known = here.empty() ? "" : "sha256:" + digest_of(here);
  const auto kept = reader.find(registry::parse_reference(task.push_to), known);
  if (kept && kept->digest == known) return false;
  if (const auto state = kept ? state_of(kept->text, StatePart::without_records) : std::nullopt;
      state && state->pushed == task.push_to + " " + state->digest) {
    make_dirs(file.parent_path());
    write_file(file, kept->text);
    return true;
  }
  if (auto state = read_state(file); state && !state->pushed.empty()) {
    state->pushed.clear();
    write_state(file, *state);
  }
  return false;
}

}  // namespace

std::string place_in_registry(const Workspace& workspace, const WorkspaceImage& image) {
  return workspace.registry.empty() ? "" : workspace.registry + "/" + image.name + ":" + workspace.tag;
}

bool take_state(const WorkspaceTask& task, const Workspace& workspace, const make::Environment& environment) {
  registry::StateReader reader(settings_of(environment));
  return take_state(task, workspace, reader);
}

void keep_records(const std::vector<HistoryRecord>& records, const fs::path& directory) {
  for (const HistoryRecord& one : records) {
    const fs::path file = history::file_of(directory, one.image);
    const std::string line = history::to_line(one);
    bool known = false;
    if (fs::exists(file)) {
      for (const HistoryRecord& other : history::read(file).records) known = known || history::to_line(other) == line;
    }
    if (!known) history::append(directory, {one});
  }
}

std::vector<std::optional<Error>> take_states(const std::vector<const WorkspaceTask*>& tasks,
                                              const Workspace& workspace, const PlanRequest& request, bool keep) {
  const std::size_t share = tasks.size() / std::max<std::size_t>(1, request.at_once) + 1;
  const std::size_t part = std::clamp<std::size_t>(share, 1, most_states_in_a_process);
  std::vector<Job> jobs;
  for (std::size_t begin = 0; begin < tasks.size(); begin += part) {
    const std::vector<const WorkspaceTask*> some(
        tasks.begin() + static_cast<std::ptrdiff_t>(begin),
        tasks.begin() + static_cast<std::ptrdiff_t>(std::min(begin + part, tasks.size())));
    jobs.push_back({some.front()->image->name, [some, &workspace, &request, keep] {
                      nlohmann::json errors = nlohmann::json::array();
                      registry::StateReader reader(settings_of(request.environment));
                      for (const WorkspaceTask* one : some) {
                        try {
                          const bool fresh = take_state(*one, workspace, reader);
                          if (fresh && keep && !workspace.history.empty()) {
                            const auto state = read_state(state_file(workspace, one->image->name));
                            if (state) keep_records(state->records, workspace.history);
                          }
                          errors.push_back(nullptr);
                        } catch (const Error& error) {
                          errors.push_back({std::string(error.what()), error.hint()});
                        }
                      }
                      return dump_json(errors);
                    }});
  }
  std::vector<std::optional<Error>> errors(tasks.size());
  const auto outcomes = run_workers(jobs, request.at_once, [](std::size_t, const Job&) {});
  for (std::size_t job = 0; job < jobs.size(); ++job) {
    const std::size_t begin = job * part;
    if (const auto* error = std::get_if<Error>(&outcomes[job])) {
      for (std::size_t i = begin; i < std::min(begin + part, tasks.size()); ++i) errors[i] = *error;
      continue;
    }
    const auto said = parse_json(std::get<std::string>(outcomes[job]));
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (!said[i].is_null()) errors[begin + i] = Error(said[i].at(0), said[i].at(1));
    }
  }
  return errors;
}

void share_state(const ImageState& state, const WorkspaceTask& task, const make::Environment& environment) {
  registry::put_state(registry::parse_reference(task.push_to), state.index, state_text(state),
                      settings_of(environment));
}

std::vector<std::optional<Error>> bring_outputs(const std::vector<std::size_t>& images, const Workspace& workspace,
                                                const PlanRequest& request) {
  std::vector<Job> jobs;
  for (const std::size_t place : images) {
    const WorkspaceImage& image = workspace.images[place];
    jobs.push_back({image.name, [&] {
                      bring_output(image, workspace, request.environment);
                      return std::string();
                    }});
  }
  std::vector<std::optional<Error>> errors(images.size());
  const auto outcomes = run_workers(jobs, request.at_once, [](std::size_t, const Job&) {});
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (const auto* error = std::get_if<Error>(&outcomes[i])) {
      errors[i] = error->within("base '" + workspace.images[images[i]].name + "'");
    }
  }
  return errors;
}

make::KnownBases known_bases_of(const WorkspaceImage& image, const Workspace& workspace) {
  make::KnownBases bases;
  const auto state = read_state(state_file(workspace, image.name));
  for (const HistoryRecord& one : state ? state->records : std::vector<HistoryRecord>{}) {
    bases[{recipe::image_named(image.out.string()), one.arch}] = one.digest;
  }
  return bases;
}

}  // namespace rootlet::verbs
