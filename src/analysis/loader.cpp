#include "analysis/loader.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <sstream>

#include "paths.hpp"

namespace rootlet::analysis {
namespace {

constexpr std::size_t largest_configuration = 1U << 16U;
constexpr std::size_t most_configurations = 1000;
constexpr std::size_t most_directories = 1000;

/// The dynamic string tokens of ld.so(8); empty where one of them cannot be known.
std::string expand(const std::string& directory, const ElfFile& file, const std::string& origin) {
  std::string out;
  for (std::size_t i = 0; i < directory.size();) {
    if (directory[i] != '$') {
      out += directory[i++];
      continue;
    }
    const auto takes = [&](const std::string& token) {
      for (const std::string& form : {"$" + token, "${" + token + "}"}) {
        if (directory.compare(i, form.size(), form) != 0) continue;
        i += form.size();
        return true;
      }
      return false;
    };
    if (takes("ORIGIN")) {
      out += origin;
    } else if (takes("LIB")) {
      out += file.machine.width == 2 ? "lib64" : "lib";
    } else {
      return {};
    }
  }
  return out;
}

/// The names in a directory, sorted. What a directory in it holds is not looked through.
std::vector<std::string> names_in(const FileTree& tree, const std::string& directory) {
  std::vector<std::string> names;
  const std::string inside = (directory == "/" ? "" : directory) + "/";
  const auto from = [&](const std::string& path) {
    return std::lower_bound(tree.files.begin(), tree.files.end(), path,
                            [](const TreeFile& file, const std::string& other) { return file.path < other; });
  };
  for (auto file = from(inside); file != tree.files.end() && file->path.starts_with(inside);) {
    const std::size_t slash = file->path.find('/', inside.size());
    names.push_back(file->path.substr(inside.size(), slash - inside.size()));
    if (slash == std::string::npos) {
      ++file;
    } else {
      file = from(inside + names.back() + static_cast<char>('/' + 1));
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

bool fits(const FileTree& tree, const std::string& path, const ElfMachine& machine) {
  const TreeFile* file = tree.resolve_file(path);
  return file != nullptr && file->elf && file->elf->machine == machine;
}

Loader::Loader(const FileTree& tree, const Read& read) : tree_(tree) {
  read_configuration("/etc/ld.so.conf", read);
  for (const char* usual : {"/lib64", "/usr/lib64", "/lib", "/usr/lib"}) directories_.emplace_back(usual);
}

void Loader::read_configuration(const std::string& path, const Read& read) {
  if (configurations_.size() >= most_configurations || !configurations_.insert(path).second) return;
  const TreeFile* file = tree_.resolve_file(path);
  if (file == nullptr) return;
  std::istringstream lines(read(*file, largest_configuration));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    for (std::string word; words >> word;) {
      if (word == "include") {
        while (words >> word) {
          include(word.starts_with('/') ? word : std::string(directory_of(path)) + "/" + word, read);
        }
      } else if (word.starts_with('/') && directories_.size() < most_directories) {
        directories_.push_back(word);
      }
    }
  }
}

void Loader::include(const std::string& pattern, const Read& read) {
  const std::string directory(directory_of(pattern));
  const PathWalk way = tree_.way(directory);
  if (way.end != PathWalk::End::there) return;
  const std::string names(base_name(pattern));
  for (const std::string& name : names_in(tree_, way.place)) {
    if (fnmatch(names.c_str(), name.c_str(), FNM_PERIOD) == 0) read_configuration(directory + "/" + name, read);
  }
}

std::string Loader::find(const std::string& name, const ElfFile& file, const std::string& origin) {
  const auto found = [&](const std::string& path) { return path.starts_with('/') && fits(tree_, path, file.machine); };
  if (name.find('/') != std::string::npos) {
    const std::string path = expand(name, file, origin);
    return found(path) ? path : "";
  }
  for (const std::string& written : file.search) {
    const std::string path = expand(written, file, origin) + "/" + name;
    if (found(path)) return path;
  }
  const auto [known, fresh] = found_.try_emplace({file.machine, name});
  for (std::size_t i = 0; fresh && known->second.empty() && i < directories_.size(); ++i) {
    if (found(directories_[i] + "/" + name)) known->second = directories_[i] + "/" + name;
  }
  return known->second;
}

}  // namespace rootlet::analysis
