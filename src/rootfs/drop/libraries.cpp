#include "libraries.hpp"

#include <fcntl.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

constexpr std::size_t largest_configuration = 1U << 16U;
constexpr std::size_t most_configurations = 1000;
constexpr std::size_t most_directories = 1000;

/// The dynamic string tokens of ld.so(8); empty where one of them cannot be known.
std::string expand(const std::string& directory, const elf::File& file, const std::string& origin) {
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

}  // namespace

std::string head_of(const Root& root, const std::string& path, std::size_t most) {
  const Fd fd = root.find_file(path);
  if (!fd) return {};
  std::string text(most, '\0');
  std::size_t size = 0;
  while (size < most) {
    const ssize_t got = read(fd.get(), text.data() + size, most - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read '" + path + "' in the root");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

Libraries::Libraries(const Root& root) : root_(root) {
  read_configuration("/etc/ld.so.conf");
  for (const char* usual : {"/lib64", "/usr/lib64", "/lib", "/usr/lib"}) directories_.emplace_back(usual);
}

void Libraries::read_configuration(const std::string& path) {
  if (configurations_.size() >= most_configurations || !configurations_.insert(path).second) return;
  std::istringstream lines(head_of(root_, path, largest_configuration));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    for (std::string word; words >> word;) {
      if (word == "include") {
        while (words >> word) include(word.starts_with('/') ? word : parent_dir(path).string() + "/" + word);
      } else if (word.starts_with('/') && directories_.size() < most_directories) {
        directories_.push_back(word);
      }
    }
  }
}

void Libraries::include(const std::string& pattern) {
  const std::string directory = parent_dir(pattern).string();
  if (!root_.find(directory, O_PATH | O_DIRECTORY)) return;
  const std::string names = pattern.substr(pattern.rfind('/') + 1);
  for (const std::string& name : root_.names(directory)) {
    if (fnmatch(names.c_str(), name.c_str(), FNM_PERIOD) == 0) read_configuration(directory + "/" + name);
  }
}

bool Libraries::fits(const std::string& path, const elf::Machine& machine) const {
  const Fd fd = root_.find_file(path);
  if (!fd) return false;
  const auto library = elf::read(fd.get());
  return library && library->machine == machine;
}

std::string Libraries::find(const std::string& name, const elf::File& file, const std::string& origin) {
  if (name.find('/') != std::string::npos) {
    const std::string path = expand(name, file, origin);
    return path.starts_with('/') && fits(path, file.machine) ? path : "";
  }
  for (const std::string& written : file.search) {
    const std::string path = expand(written, file, origin) + "/" + name;
    if (path.starts_with('/') && fits(path, file.machine)) return path;
  }
  const auto [known, fresh] = found_.try_emplace({file.machine, name});
  for (std::size_t i = 0; fresh && known->second.empty() && i < directories_.size(); ++i) {
    if (fits(directories_[i] + "/" + name, file.machine)) known->second = directories_[i] + "/" + name;
  }
  return known->second;
}

}  // namespace rootlet::rootfs
