#include "rootlet/import.hpp"

#include <algorithm>
#include <map>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "formats.hpp"
#include "rootlet/error.hpp"

namespace rootlet::imports {
namespace {

void read_repo_file(const ForeignFile& file, RecipeDraft& draft) { take_repo_file(file, draft); }

struct FormatReader {
  std::string_view name;
  void (*read)(const ForeignFile&, RecipeDraft&);
};
constexpr std::array<FormatReader, import_formats.size()> readers{{{"repo", read_repo_file},
                                                                   {"rpms-in", read_rpms_in},
                                                                   {"rpmoci", read_rpmoci},
                                                                   {"containerfile", read_containerfile},
                                                                   {"treefile", read_treefile},
                                                                   {"apko", read_apko},
                                                                   {"rpms.lock.yaml", read_rpms_lock},
                                                                   {"packages.manifest.yaml", read_packages_manifest},
                                                                   {"packages.input.yaml", read_packages_input}}};

/// The first line that says something.
std::string first_line(const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t word = text.find_first_not_of(" \t\r", begin);
    if (word < end && text[word] != '#' && text[word] != ';') return text.substr(word, end - word);
    begin = end + 1;
  }
  return "";
}

bool begins_stage(const std::string& line) {
  constexpr std::string_view from = "FROM ";
  constexpr std::string_view argument = "ARG ";
  const auto begins = [&](std::string_view word) {
    return std::equal(word.begin(), word.end(), line.begin(),
                      line.begin() + static_cast<std::ptrdiff_t>(std::min(word.size(), line.size())),
                      [](char a, char b) { return a == b || (b >= 'a' && b <= 'z' && b - 'a' + 'A' == a); });
  };
  return begins(from) || begins(argument);
}

std::string format_of_keys(const ForeignFile& file) {
  int after = 0;
  const recipe::Value document = parse_map(first_document(file, after), "file to import");
  const auto has = [&](const char* key) { return document.find(key) != nullptr; };
  // libpkgmanifest takes this form, too, by the name "rpm-package-input-prototype".
  if (has("contentOrigin")) return "rpms-in";
  if (has("lockfileVersion")) return "rpms.lock.yaml";
  if (has("document") && has("data")) return "packages.manifest.yaml";
  if (has("document") && has("repositories")) return "packages.input.yaml";
  const recipe::Value* contents = document.find("contents");
  if ((contents != nullptr && contents->type == recipe::Value::Type::map) || has("accounts") || has("archs") ||
      has("entrypoint"))
    return "apko";
  for (const char* key : {"ref", "packages", "repos", "include", "releasever", "exclude-packages", "arch-include",
                          "conditional-include", "postprocess", "edition", "recommends", "documentation"}) {
    if (has(key)) return "treefile";
  }
  return std::any_of(document.members.begin(), document.members.end(),
                     [](const auto& one) { return one.key.starts_with("packages-"); })
             ? "treefile"
             : "";
}

/// The format of a file by its name, then by its content.
std::string format_of(const ForeignFile& file) {
  const std::string name = fs::path(file.name).filename().string();
  const std::string end = fs::path(name).extension().string();
  const auto in_name = [&](const char* word) {
    return name == word || name.starts_with(std::string(word) + ".") || name.ends_with(std::string(".") + word);
  };
  std::string format;
  const std::string line = first_line(file.text);
  if (end == ".repo") format = "repo";
  if (format.empty() && (in_name("Containerfile") || in_name("Dockerfile"))) format = "containerfile";
  if (format.empty() && end == ".toml") format = "rpmoci";
  if (format.empty() && (end == ".yaml" || end == ".yml" || end == ".json")) format = format_of_keys(file);
  if (format.empty() && line.starts_with('['))
    format = line.starts_with("[contents") || line.starts_with("[image") || line.starts_with("[[") ? "rpmoci" : "repo";
  if (format.empty() && begins_stage(line)) format = "containerfile";
  if (!format.empty()) return format;
  std::vector<std::string> known(import_formats.begin(), import_formats.end());
  throw usage_error(file.name + ": neither its name nor its content tells the format",
                    "name it with --format: " + join(known, ", "));
}

/// Notes in the order of the files' lines; files in the order in which they came.
std::vector<ImportNote> sorted(std::vector<ImportNote> notes) {
  std::map<std::string, std::size_t> files;
  for (const ImportNote& note : notes) files.emplace(note.mark.file, files.size());
  std::stable_sort(notes.begin(), notes.end(), [&](const ImportNote& a, const ImportNote& b) {
    return std::pair(files.at(a.mark.file), a.mark.line) < std::pair(files.at(b.mark.file), b.mark.line);
  });
  return notes;
}

/// The recipe with what is missing and what was not taken as comments before it.
std::string recipe_text(const ImportAnswer& answer, const RecipeDraft& draft) {
  std::string text =
      "# Made of " + shown(answer.file.filename().string()) + " (" + answer.format + ") by rootlet import.\n";
  if (!answer.missing.empty()) text += "#\n# Missing:\n";
  for (const std::string& one : answer.missing) text += "#   " + one + "\n";
  bool begun = false;
  for (const ImportNote& note : answer.notes) {
    if (!note.key.empty()) continue;
    if (!begun) text += "#\n# Not taken:\n";
    begun = true;
    text += "#   " + shown(fs::path(note.mark.file).filename().string()) + ":" + std::to_string(note.mark.line) + ": " +
            note.what + ": " + note.why + "\n";
  }
  return text + to_yaml(draft.tree());
}

}  // namespace

ImportAnswer read(const ImportRequest& request) {
  const ForeignFile file = open_file(request.file);
  const std::string format = request.format.empty() ? format_of(file) : request.format;
  const auto reader =
      std::find_if(readers.begin(), readers.end(), [&](const FormatReader& one) { return one.name == format; });
  if (reader == readers.end()) throw usage_error("there is no format '" + format + "'");
  RecipeDraft draft(request.directory, parent_dir(request.file));
  reader->read(file, draft);
  for (const fs::path& repos : request.repos) take_repo_file(open_file(repos), draft);
  if (!request.releasever.empty()) {
    draft.set("releasever", text_value(request.releasever, {"--releasever", 0, 0}), request.releasever);
  }
  if (draft.origin()) take_origin(*draft.origin(), request.repos.empty(), draft);
  for (const std::string& package : request.packages) {
    draft.add("packages", text_value(package, {"--packages", 0, 0}), package);
  }
  ImportAnswer answer{format, request.file, "", sorted(draft.notes()), draft.missing()};
  answer.recipe = recipe_text(answer, draft);
  return answer;
}

}  // namespace rootlet::imports
