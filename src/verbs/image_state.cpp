#include "image_state.hpp"

#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/json.hpp"
#include "history/record.hpp"
#include "rootlet/error.hpp"

namespace rootlet::verbs {
namespace {

using nlohmann::json;

constexpr int state_version = 2;

std::map<std::string, std::uint64_t> sizes_in(const fs::path& out) {
  std::map<std::string, std::uint64_t> sizes;
  std::error_code error;
  for (fs::recursive_directory_iterator at(out, error), end; !error && at != end; at.increment(error)) {
    if (!fs::is_directory(at->symlink_status())) {
      sizes[at->path().lexically_relative(out).string()] =
          fs::is_regular_file(at->symlink_status()) ? at->file_size() : 0;
    }
  }
  return sizes;
}

}  // namespace

fs::path state_file(const Workspace& workspace, const std::string& image) {
  return workspace.output / ".rootlet" / (image + ".json");
}

std::optional<ImageState> read_state(const fs::path& file, StatePart part) {
  std::error_code none;
  if (!fs::is_regular_file(file, none)) return std::nullopt;
  try {
    return state_of(read_file(file), part);
  } catch (const Error&) {  // not to be read: the image is judged anew
    return std::nullopt;
  }
}

std::optional<ImageState> state_of(const std::string& text, StatePart part) {
  try {
    const json known = parse_json(text);
    if (known.at("version") != state_version) return std::nullopt;
    ImageState state;
    state.key = known.at("key");
    state.program = known.at("program");
    state.recipe = known.at("recipe");
    state.keys = known.at("keys");
    state.base = known.at("base");
    state.packages = known.at("packages");
    state.digest = known.at("digest");
    state.index = known.at("index");
    state.files = known.at("files");
    state.pushed = known.at("pushed");
    if (part == StatePart::without_records) return state;
    for (const json& line : known.at("records")) state.records.push_back(history::from_line(line.get<std::string>()));
    return state;
  } catch (const std::exception&) {  // damaged, or of another version: the image is judged anew
    return std::nullopt;
  }
}

std::string state_text(const ImageState& state) {
  json records = json::array();
  for (const HistoryRecord& one : state.records) records.push_back(history::to_line(one));
  const json known{{"version", state_version},   {"key", state.key},       {"program", state.program},
                   {"recipe", state.recipe},     {"keys", state.keys},     {"base", state.base},
                   {"packages", state.packages}, {"digest", state.digest}, {"index", state.index},
                   {"files", state.files},       {"pushed", state.pushed}, {"records", records}};
  return dump_json(known, 1) + "\n";
}

void write_state(const fs::path& file, const ImageState& state) {
  make_dirs(file.parent_path());
  write_file(file, state_text(state));
}

void note_output(ImageState& state, const fs::path& out) {
  state.files = sizes_in(out);
  state.index = read_file(out / "index.json");
}

bool is_as_noted(const ImageState& state, const fs::path& out) {
  std::error_code none;
  if (!fs::is_regular_file(out / "index.json", none)) return false;
  return sizes_in(out) == state.files && read_file(out / "index.json") == state.index;
}

}  // namespace rootlet::verbs
