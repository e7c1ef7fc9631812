#include <charconv>
#include <cstdlib>

#include "rootlet/error.hpp"
#include "rootlet/plan.hpp"

namespace rootlet::verbs {
namespace {

constexpr const char* shard_hint = "write I/N, of which the first is 0/N, auto, or auto/N";

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number > 1'000'000)
    return std::nullopt;
  return number;
}

std::optional<std::size_t> number_of(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? std::nullopt : number_in(text);
}

struct FromJob {
  std::optional<std::size_t> index, count;
};

FromJob from_environment() {
  if (const auto index = number_of("SLURM_ARRAY_TASK_ID")) {
    const std::size_t first = number_of("SLURM_ARRAY_TASK_MIN").value_or(0);
    return {*index >= first ? std::optional(*index - first) : std::nullopt, number_of("SLURM_ARRAY_TASK_COUNT")};
  }
  if (const auto index = number_of("JOB_COMPLETION_INDEX")) return {index, std::nullopt};
  if (const auto index = number_of("CI_NODE_INDEX")) {
    return {*index > 0 ? std::optional(*index - 1) : std::nullopt, number_of("CI_NODE_TOTAL")};
  }
  throw usage_error(
      "--shard auto: the environment names no part of a job: neither SLURM_ARRAY_TASK_ID nor "
      "JOB_COMPLETION_INDEX nor CI_NODE_INDEX is set",
      "write --shard I/N");
}

}  // namespace

Shard shard_of(const std::string& text) {
  const auto slash = text.find('/');
  const std::string first = text.substr(0, slash);
  std::optional<std::size_t> count;
  if (slash != std::string::npos) count = number_in(std::string_view(text).substr(slash + 1));
  std::optional<std::size_t> index = number_in(first);
  if (first == "auto") {
    const FromJob job = from_environment();
    index = job.index;
    if (slash == std::string::npos) count = job.count;
    if (slash == std::string::npos && !count) {
      throw usage_error("--shard auto: the environment does not say how many parts the job has",
                        "write --shard auto/N");
    }
  } else if (slash == std::string::npos) {
    index.reset();
  }
  if (!index || !count || *index >= *count)
    throw usage_error("--shard: '" + text + "' is no part of a whole", shard_hint);
  return {*index, *count};
}

}  // namespace rootlet::verbs
