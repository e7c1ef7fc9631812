#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "rootlet/plan_report.hpp"

namespace rootlet::report {
namespace {

constexpr std::array<std::string_view, 5> engine_names{"slurm", "kubernetes", "tekton", "github", "gitlab"};

/// Parts that a level is worth: no more than it has images.
std::vector<std::size_t> shards_of(const Workspace& workspace, std::size_t most) {
  std::vector<std::size_t> images(workspace.levels());
  for (const WorkspaceImage& one : workspace.images) ++images[one.level];
  for (std::size_t& one : images) one = std::min(one, most);
  return images;
}

/// A text of YAML or JSON, quoted.
std::string yaml_quoted(const std::string& text) { return dump_json(nlohmann::json(text)); }

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string apply_command(const std::string& file, std::size_t level, const std::string& shard) {
  return fmt::format("rootlet apply {} --level {} --shard {}", shell_word(file), level, shard);
}

std::string heading_of(const std::string& engine, bool shares_states) {
  return "# Written by rootlet engine " + engine +
         (shares_states ? ". All jobs push to the registry of the workspace.\n"
                        : ". The output of the workspace must be a folder that all jobs see.\n");
}

std::string slurm_text(const std::string& file, bool shares_states, const std::vector<std::size_t>& shards) {
  std::string text =
      "#!/bin/sh\n" + heading_of("slurm", shares_states) +
      "# Run it where jobs can be submitted: a job array for each level, one after the other. A job whose\n"
      "# node dies goes back into the queue, and goes on where it was.\nset -eu\n";
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string after = i == 0 ? "" : fmt::format(" --dependency=\"afterany:$level_{}\"", i - 1);
    text += fmt::format("level_{}=$(sbatch --parsable --requeue --job-name=rootlet-{} --array=0-{}{} --wrap {})\n", i,
                        i, shards[i] - 1, after, shell_word(apply_command(file, i, fmt::format("auto/{}", shards[i]))));
    text += fmt::format("echo \"level {}: job $level_{}\"\n", i, i);
  }
  return text;
}

std::string kubernetes_text(const std::string& file, const EngineOptions& options, bool shares_states,
                            std::size_t shards) {
  const std::string volume =
      options.volume.empty()
          ? ""
          : "          volumeMounts:\n            - name: shared\n              mountPath: /workspace\n"
            "          workingDir: /workspace\n      volumes:\n        - name: shared\n"
            "          persistentVolumeClaim:\n            claimName: " +
                yaml_quoted(options.volume) + "\n";
  return heading_of("kubernetes", shares_states) +
         fmt::format(
             "# Its parts build what they need of other levels themselves, one at a time.\n"
             "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: rootlet-apply\nspec:\n"
             "  completionMode: Indexed\n  completions: {0}\n  parallelism: {0}\n  backoffLimit: {1}\n"
             "  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: rootlet\n"
             "          image: {2}\n          command: [rootlet]\n          args: [apply, {3}, --shard, "
             "\"auto/{0}\"]\n",
             shards, shards * 3, yaml_quoted(options.image), yaml_quoted(file)) +
         volume;
}

std::string tekton_task(const std::string& file, const EngineOptions& options, std::size_t level, std::size_t shards) {
  std::string parts;
  for (std::size_t i = 0; i < shards; ++i) parts += (i == 0 ? "" : ", ") + yaml_quoted(fmt::format("{}/{}", i, shards));
  std::string text = fmt::format("    - name: level-{}\n", level);
  if (level > 0) text += fmt::format("      runAfter: [level-{}]\n", level - 1);
  const bool has_volume = !options.volume.empty();
  return text + fmt::format(
                    "      onError: continue\n"
                    "      matrix:\n        params:\n          - name: shard\n            value: [{}]\n"
                    "{}"
                    "      taskSpec:\n        params:\n          - name: shard\n            type: string\n"
                    "{}"
                    "        steps:\n          - name: apply\n            image: {}\n"
                    "{}            command: [rootlet]\n"
                    "            args: [apply, {}, --level, \"{}\", --shard, $(params.shard)]\n",
                    parts, has_volume ? "      workspaces:\n        - name: shared\n          workspace: shared\n" : "",
                    has_volume ? "        workspaces:\n          - name: shared\n" : "", yaml_quoted(options.image),
                    has_volume ? "            workingDir: $(workspaces.shared.path)\n" : "", yaml_quoted(file), level);
}

std::string tekton_text(const std::string& file, const EngineOptions& options, bool shares_states,
                        const std::vector<std::size_t>& shards) {
  const bool has_volume = !options.volume.empty();
  std::string text =
      heading_of("tekton", shares_states) +
      "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata:\n  generateName: rootlet-apply-\nspec:\n" +
      (has_volume ? "  workspaces:\n    - name: shared\n      persistentVolumeClaim:\n        claimName: " +
                        yaml_quoted(options.volume) + "\n"
                  : "") +
      "  pipelineSpec:\n" + (has_volume ? "    workspaces:\n      - name: shared\n" : "") + "    tasks:\n";
  for (std::size_t i = 0; i < shards.size(); ++i) {
    std::string task = tekton_task(file, options, i, shards[i]);
    for (std::size_t at = 0; at < task.size(); at = task.find('\n', at) + 1)
      text += "  " + task.substr(at, task.find('\n', at) - at + 1);
  }
  return text;
}

std::string github_text(const std::string& file, bool shares_states, const std::vector<std::size_t>& shards) {
  std::string text = heading_of("github", shares_states) +
                     (shares_states ? "" : "# So it is for runners of your own that have such a folder.\n") +
                     "name: rootlet apply\non: [workflow_dispatch]\njobs:\n";
  for (std::size_t i = 0; i < shards.size(); ++i) {
    text += fmt::format("  level-{}:\n    runs-on: self-hosted\n", i);
    if (i > 0) text += fmt::format("    needs: [level-{}]\n    if: ${{{{ !cancelled() }}}}\n", i - 1);
    std::string parts;
    for (std::size_t part = 0; part < shards[i]; ++part) parts += (part == 0 ? "" : ", ") + std::to_string(part);
    const std::string command = apply_command(file, i, fmt::format("${{{{ matrix.shard }}}}/{}", shards[i]));
    text += fmt::format(
        "    strategy:\n      fail-fast: false\n      matrix:\n        shard: [{}]\n"
        "    steps:\n      - uses: actions/checkout@v4\n      - run: {}\n",
        parts, yaml_quoted(command));
  }
  return text;
}

std::string gitlab_text(const std::string& file, const EngineOptions& options, bool shares_states,
                        const std::vector<std::size_t>& shards) {
  std::string stages;
  std::string jobs;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    stages += fmt::format("{}level-{}", i == 0 ? "" : ", ", i);
    jobs += fmt::format("\nlevel-{0}:\n  stage: level-{0}\n", i);
    if (i > 0) jobs += "  when: always\n";
    if (!options.image.empty()) jobs += "  image: " + yaml_quoted(options.image) + "\n";
    if (shards[i] > 1) jobs += fmt::format("  parallel: {}\n", shards[i]);  // GitLab takes 2 to 200
    const std::string shard = shards[i] > 1 ? "auto" : "0/1";
    jobs += fmt::format("  script:\n    - {}\n", yaml_quoted(apply_command(file, i, shard)));
  }
  return heading_of("gitlab", shares_states) + "stages: [" + stages + "]\n" + jobs;
}

void require_options(const EngineOptions& options, bool shares_states) {
  if (options.engine == Engine::gitlab && options.shards > 200) {
    throw usage_error(
        "GitLab runs at most 200 jobs beside each other, and --shards says " + std::to_string(options.shards),
        "give --shards 200 or less");
  }
  if (options.engine == Engine::github && options.shards > 256) {
    throw usage_error("GitHub runs a matrix of at most 256 jobs, and --shards says " + std::to_string(options.shards),
                      "give --shards 256 or less");
  }
  if (options.engine != Engine::kubernetes && options.engine != Engine::tekton) return;
  const std::string name(engine_names.at(static_cast<std::size_t>(options.engine)));
  if (options.image.empty())
    throw usage_error(name + " runs containers, and there is no image for them", "give --image IMAGE");
  if (options.volume.empty() && !shares_states) {
    throw usage_error(name + ": there is no volume that all jobs see",
                      "give --volume CLAIM, a persistent volume claim, or share: registry in the workspace");
  }
}

}  // namespace

std::optional<Engine> engine_of(std::string_view name) noexcept {
  const auto* found = std::find(engine_names.begin(), engine_names.end(), name);
  if (found == engine_names.end()) return std::nullopt;
  return static_cast<Engine>(found - engine_names.begin());
}

std::string jobs_text(const Workspace& workspace, const std::string& file, const EngineOptions& options) {
  const bool shared = workspace.shares_states;
  require_options(options, shared);
  const std::vector<std::size_t> shards = shards_of(workspace, options.shards);
  switch (options.engine) {
    case Engine::slurm: return slurm_text(file, shared, shards);
    case Engine::kubernetes:
      return kubernetes_text(file, options, shared, *std::max_element(shards.begin(), shards.end()));
    case Engine::tekton: return tekton_text(file, options, shared, shards);
    case Engine::github: return github_text(file, shared, shards);
    case Engine::gitlab: break;
  }
  return gitlab_text(file, options, shared, shards);
}

}  // namespace rootlet::report
