#include "rootfs/trim.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "database.hpp"
#include "rootlet/error.hpp"
#include "rpm/erase.hpp"
#include "rpm/file_states.hpp"
#include "sandbox.hpp"
#include "tasks.hpp"
#include "wire.hpp"

namespace rootlet::rootfs {
namespace {

/// Outside: collects the packages that have left.
class LeftPackages final : public Outside {
 public:
  [[nodiscard]] std::string task() const override { return "noting removed files in the RPM database"; }
  void output(std::string_view /*text*/) override {}
  void message(const nlohmann::json& message) override { left.push_back(message.at("package").get<Nevra>()); }
  std::vector<Nevra> left;
};

void move_database(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) throw system_error("cannot move '" + from + "' in the root");
}

bool is_empty(const std::set<std::string>& paths, const std::string& directory) {
  const auto inside = paths.lower_bound(directory + "/");
  return inside == paths.end() || !inside->starts_with(directory + "/");
}

}  // namespace

std::set<std::string> remove_trimmed(const root::Root& root, const FileTree& tree, const std::set<std::string>& files,
                                     const std::set<std::string>& stays) {
  std::set<std::string> paths;
  for (const TreeFile& file : tree.files) paths.insert(file.path);
  std::set<std::string> gone;
  std::set<std::string> emptied;  // directories that something was removed of
  const auto remove = [&](const std::string& path) {
    if (!root.remove(path)) return false;
    paths.erase(path);
    gone.insert(path);
    emptied.insert(path.substr(0, path.rfind('/')));
    return true;
  };
  for (const std::string& path : files) remove(path);
  constexpr std::uint32_t everybodys = S_ISVTX | S_IWOTH;
  // In the order of text, what is in a directory comes after it.
  for (auto file = tree.files.rbegin(); file != tree.files.rend(); ++file) {
    const bool may_go = file->type == FileType::directory && emptied.contains(file->path) &&
                        !stays.contains(file->path) && (file->mode & everybodys) != everybodys;
    if (may_go && is_empty(paths, file->path)) remove(file->path);
  }
  return gone;
}

/// As erase_inside(), in a directory of its own, since librpm exchanges the whole directory.
int trim_inside(const Inside& inside, const nlohmann::json& input) {
  const std::string dbpath = input.at("dbpath");
  const std::string apart = dbpath + "/.rootlet";
  const std::string name = "/rpmdb.sqlite";
  if (mkdir(apart.c_str(), 0755) != 0) throw system_error("cannot create the directory '" + apart + "' in the root");
  move_database(dbpath + name, apart + name);
  rpm::PathsOfPackages files;
  for (const nlohmann::json& one : input.at("files")) {
    files[one.at("package").get<Nevra>()] = one.at("paths").get<std::set<std::string>>();
  }
  // Before: what is not installed does not meet requirements by path any more.
  const auto left = rpm::not_required(input.at("emptied").get<std::vector<Nevra>>(), apart);
  rpm::note_not_installed(files, apart);
  if (!left.empty()) rpm::erase(left, apart);
  for (const Nevra& package : left) inside.send({{"package", package}});
  settle_database(apart);
  move_database(apart + name, dbpath + name);
  remove_tree(apart);
  return 0;
}

std::vector<Nevra> note_trimmed(const root::Root& root, const TrimRecord& record, const RecipeLimits& limits) {
  SandboxSpec spec;
  spec.root = root.descriptor();
  spec.env = {{"SOURCE_DATE_EPOCH", std::to_string(record.source_date_epoch)}};
  spec.limits = limits;
  nlohmann::json files = nlohmann::json::array();
  for (const auto& [package, paths] : record.files) files.push_back({{"package", package}, {"paths", paths}});
  LeftPackages receiver;
  const int status = run_in_sandbox(
      spec, "trim", {{"dbpath", record.dbpath}, {"files", std::move(files)}, {"emptied", record.emptied}}, receiver);
  if (status != 0) throw Error(receiver.task() + " ended unexpectedly");
  return std::move(receiver.left);
}

}  // namespace rootlet::rootfs
