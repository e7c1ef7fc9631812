#include "history/file.hpp"

#include <algorithm>

#include "base/fs.hpp"
#include "history/names.hpp"
#include "history/record.hpp"
#include "rootlet/error.hpp"

namespace rootlet::history {
namespace {

constexpr std::string_view suffix = ".jsonl";
constexpr const char* attributes = ".gitattributes";

/// File at the end of a symbolic link; a new file takes its place, not the link's.
fs::path real_place(const fs::path& file) { return fs::is_symlink(file) ? fs::canonical(file) : file; }

/// Line that can be read again: a hostile database's or repository's names may be more than a record can hold.
std::string readable_line(const HistoryRecord& record) {
  std::string line = to_line(record);
  try {
    from_line(line);
  } catch (const Error& error) {
    throw error.within("cannot record " + record.image + " " + record.label);
  }
  return line;
}

void add_lines(const fs::path& file, const std::string& lines) {
  const fs::path place = real_place(file);
  std::string text = fs::exists(place) ? read_file(place) : "";
  if (!text.empty() && text.back() != '\n') text += '\n';
  AtomicFile out(place);
  out.write(text);
  out.write(lines);
  out.commit();
}

}  // namespace

fs::path file_of(const fs::path& directory, const std::string& image) {
  if (!is_image_name(image)) {
    throw usage_error("'" + image + "' is no name of an image",
                      "such a name has letters, digits and . _ -, and begins with a letter or digit");
  }
  return directory / (image + std::string(suffix));
}

std::vector<std::string> images_of(const fs::path& directory) {
  std::vector<std::string> images;
  std::error_code error;
  if (!fs::exists(directory, error)) return images;
  fs::directory_iterator entries(directory, error);
  if (error) throw Error("cannot read directory '" + directory.string() + "': " + error.message());
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == suffix && is_image_name(name)) images.push_back(name);
  }
  std::sort(images.begin(), images.end());
  return images;
}

History read(const fs::path& file) {
  const std::string text = read_file(file);
  History history;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    ++number;
    try {
      if (line.empty()) continue;
      HistoryRecord record = from_line(line);
      if (record.image != file.stem()) throw Error("it is a record of '" + record.image + "'");
      history.records.push_back(std::move(record));
    } catch (const Error& error) {
      history.damaged.push_back({number, error.what()});
    }
  }
  return history;
}

void append(const fs::path& directory, const std::vector<HistoryRecord>& records) {
  if (records.empty()) return;
  const fs::path file = file_of(directory, records.front().image);
  std::string lines;
  for (const HistoryRecord& record : records) lines += readable_line(record) + "\n";
  make_dirs(directory);
  const FileLock lock(directory);
  if (images_of(directory).empty() && !fs::exists(directory / attributes)) {
    write_file(directory / attributes, "*.jsonl merge=union\n");
  }
  add_lines(file, lines);
  OpenDirectory(directory).sync();
}

}  // namespace rootlet::history
