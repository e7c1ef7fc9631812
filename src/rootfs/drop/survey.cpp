#include "survey.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <sstream>

namespace rootlet::rootfs {
namespace {

constexpr std::size_t longest_shebang = 256;  // BINPRM_BUF_SIZE of Linux

std::string directory_of(const std::string& place) { return place.substr(0, place.rfind('/')); }
std::string name_of(const std::string& place) { return place.substr(place.rfind('/') + 1); }

bool is_regular(const Root& root, const std::string& path) {
  const Fd fd = root.find(path, O_PATH);
  struct stat info {};
  return fd && fstat(fd.get(), &info) == 0 && S_ISREG(info.st_mode);
}

/// The words of "#!/usr/bin/env -S perl -w"; none where it is no script.
std::vector<std::string> shebang(const std::string& start) {
  if (!start.starts_with("#!")) return {};
  std::istringstream line(start.substr(2, start.find('\n', 2) - 2));
  std::vector<std::string> words;
  for (std::string word; line >> word;) words.push_back(word);
  return words;
}

}  // namespace

Survey::Survey(const Root& root) : root_(root) {
  std::vector<std::string> directories{""};
  while (!directories.empty()) {
    const std::string directory = std::move(directories.back());
    directories.pop_back();
    look_at_directory(directory, directories);
  }
  look_at_libraries();
}

void Survey::look_at_directory(const std::string& directory, std::vector<std::string>& deeper) {
  for (const std::string& name : root_.names(directory + "/")) {
    const std::string place = directory + "/" + name;
    const auto info = root_.examine(place);
    if (!info) continue;
    if (S_ISDIR(info->st_mode)) {
      deeper.push_back(place);
    } else if (S_ISREG(info->st_mode)) {
      look_at_file(place, info->st_mode);
    } else if (S_ISLNK(info->st_mode) && root_.find(place, O_PATH)) {
      add({place, NeedKind::link, root_.link_target(place), place, {}});
    }
  }
}

void Survey::look_at_file(const std::string& place, unsigned mode) {
  const Fd fd = root_.find_file(place);
  if (!fd) return;
  auto file = elf::read(fd.get());
  if (!file) {
    if ((mode & 0111U) != 0) look_at_script(place, head_of(root_, place, longest_shebang));
    return;
  }
  if (!file->interpreter.empty() && is_regular(root_, file->interpreter)) {
    add({place, NeedKind::interpreter, file->interpreter, file->interpreter, {}});
  }
  for (const std::string& name : {file->soname, name_of(place)}) {
    if (!name.empty()) libraries_.emplace(name, Library{place, file->machine});
  }
  if (!file->needed.empty()) codes_.push_back({place, std::move(*file)});
}

void Survey::look_at_script(const std::string& place, const std::string& start) {
  const std::vector<std::string> words = shebang(start);
  if (words.empty() || !words[0].starts_with('/')) return;
  if (is_regular(root_, words[0])) add({place, NeedKind::interpreter, words[0], words[0], {}});
  if (name_of(words[0]) != "env") return;
  const auto program = std::find_if(words.begin() + 1, words.end(), [](const std::string& word) {
    return !word.starts_with('-') && word.find('=') == std::string::npos;
  });
  if (program == words.end() || program->find('/') != std::string::npos) return;
  const std::string path = program_in_path(*program);
  if (!path.empty()) add({place, NeedKind::interpreter, *program, path, {}});
}

void Survey::add(Need need) {
  need.met_at = root_.resolve(need.met_by).value_or(need.met_by);
  needs_.push_back(std::move(need));
}

void Survey::look_at_libraries() {
  Libraries libraries(root_);
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    for (const std::string& name : codes_[i].file.needed) {
      std::string path = libraries.find(name, codes_[i].file, directory_of(codes_[i].place));
      const bool searched = !path.empty();
      if (!searched) path = anywhere(name, codes_[i].file.machine);
      if (path.empty()) continue;
      std::string at = root_.resolve(path).value_or(path);
      linked_.push_back({i, {codes_[i].place, NeedKind::library, name, std::move(path), std::move(at)}, searched});
    }
  }
}

std::string Survey::program_in_path(const std::string& name) const {
  for (const char* directory : {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
    if (is_regular(root_, directory + name)) return directory + name;
  }
  return {};
}

std::string Survey::anywhere(const std::string& name, const elf::Machine& machine) const {
  const auto [begin, end] = libraries_.equal_range(name);
  const auto found = std::find_if(begin, end, [&](const auto& named) {
    return named.second.machine == machine && root_.examine(named.second.place);
  });
  return found == end ? "" : found->second.place;
}

bool Survey::is_met(const Need& need) const {
  if (need.kind == NeedKind::link) return static_cast<bool>(root_.find(need.file, O_PATH));
  return need.what.starts_with('/') ? is_regular(root_, need.what) : !program_in_path(need.what).empty();
}

std::vector<Need> Survey::lost_libraries() const {
  std::vector<Need> lost;
  Libraries libraries(root_);
  for (const Linked& linked : linked_) {
    const Code& code = codes_[linked.code];
    if (!root_.examine(code.place)) continue;
    const bool met = linked.searched ? !libraries.find(linked.need.what, code.file, directory_of(code.place)).empty()
                                     : !anywhere(linked.need.what, code.file.machine).empty();
    if (!met) lost.push_back(linked.need);
  }
  return lost;
}

std::vector<Need> Survey::lost() const {
  std::vector<Need> lost = lost_libraries();
  for (const Need& need : needs_) {
    if (root_.examine(need.file) && !is_met(need)) lost.push_back(need);
  }
  return lost;
}

}  // namespace rootlet::rootfs
