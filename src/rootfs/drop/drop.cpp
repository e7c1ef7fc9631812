#include "rootfs/drop.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "../database.hpp"
#include "../nevra_json.hpp"
#include "../sandbox.hpp"
#include "../tasks.hpp"
#include "../wire.hpp"
#include "analysis/needs.hpp"
#include "findings.hpp"
#include "remove.hpp"
#include "root/directory.hpp"
#include "rootlet/error.hpp"
#include "rpm/erase.hpp"

namespace rootlet::rootfs {
namespace {

using Json = nlohmann::json;

/// Outside: collects the requirements that are broken.
class Receiver final : public Outside {
 public:
  [[nodiscard]] std::string task() const override { return "erasing packages from the RPM database"; }
  void output(std::string_view /*text*/) override {}
  void message(const Json& message) override {
    broken.push_back({message.at("package").get<Nevra>(), message.at("capability").get<std::string>(),
                      message.at("had_been").get<std::vector<Nevra>>()});
  }
  std::vector<rpm::BrokenRequirement> broken;
};

void rename_or_throw(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) throw system_error("cannot move '" + from + "' in the root");
}

/// In a second sandbox: whatever the scriptlets left running or changed in the memory of the first one is gone.
std::vector<rpm::BrokenRequirement> erase_from_database(const root::Root& root, const std::vector<Nevra>& leaving,
                                                        const InstallOptions& options) {
  SandboxSpec spec;
  spec.root = root.descriptor();
  spec.env = {{"SOURCE_DATE_EPOCH", std::to_string(options.source_date_epoch)}};
  spec.limits = options.limits;
  Receiver receiver;
  const int status = run_in_sandbox(spec, "erase", {{"packages", leaving}, {"dbpath", options.dbpath}}, receiver);
  if (status != 0) throw Error(receiver.task() + " ended unexpectedly");
  return std::move(receiver.broken);
}

/// The root's files, with what the kernel and the loader look at.
FileTree read_code(const root::Root& root) {
  Progress silent;
  return root::read_files(root, root::Contents::code, silent);
}

FileTree without(const FileTree& tree, const std::map<std::string, Nevra>& gone) {
  FileTree left;
  for (const TreeFile& file : tree.files) {
    if (gone.contains(file.path)) continue;
    left.files.push_back(file);
    if (gone.contains(file.first_link)) left.files.back().first_link.clear();
  }
  return left;
}

/// Nothing in the root requires it, but those who look at an image go by it.
void warn_of_lost_identity(const root::Root& root, const std::map<std::string, Nevra>& gone, Progress& progress) {
  for (const std::string place : {"/usr/lib/os-release", "/etc/os-release"}) {
    const auto had = gone.find(place);
    if (had == gone.end()) continue;
    if (root.find("/etc/os-release", O_PATH) || root.find("/usr/lib/os-release", O_PATH)) continue;
    progress.warn("the image has no os-release any more: '" + place + "' left with " + had->second.str() + "; add '" +
                  had->second.name + "' to packages to keep it");
    return;
  }
}

}  // namespace

/// The new database is written in a directory of its own: librpm exchanges the whole directory, with what else is in
/// it, and with its owner and mode.
int erase_inside(const Inside& inside, const Json& input) {
  const std::string dbpath = input.at("dbpath");
  const std::string apart = dbpath + "/.rootlet";
  const std::string name = "/rpmdb.sqlite";
  if (mkdir(apart.c_str(), 0755) != 0) throw system_error("cannot create the directory '" + apart + "' in the root");
  rename_or_throw(dbpath + name, apart + name);
  for (const rpm::BrokenRequirement& one : rpm::erase(input.at("packages").get<std::vector<Nevra>>(), apart)) {
    inside.send({{"package", one.package}, {"capability", one.capability}, {"had_been", one.had_been}});
  }
  settle_database(apart);
  rename_or_throw(apart + name, dbpath + name);
  remove_tree(apart);
  return 0;
}

void drop(const root::Root& root, const std::vector<PackageInRoot>& packages, const InstallOptions& options,
          Progress& progress) {
  std::vector<Nevra> leaving;
  for (const PackageInRoot& one : packages) {
    if (one.leaves) leaving.push_back(one.package->nevra());
  }
  progress.begin("dropping packages", leaving.size(), Progress::Unit::items);
  const FileTree before = read_code(root);
  const Ownership owned(before, packages);
  const auto read = [&](const TreeFile& file, std::size_t most) { return root.head(file.path, most); };
  const auto needs = analysis::file_needs(before, read);
  const auto broken = erase_from_database(root, leaving, options);
  const auto gone = remove_files(root, before, owned);
  const FileTree left = without(before, gone);
  const auto lost = analysis::lost_needs(needs, analysis::file_needs(left, read));
  throw_findings(Inspection(left, owned, gone).findings(broken, lost));
  progress.at(leaving.size(), leaving.size(), "");
  progress.end();
  if (options.os_release) warn_of_lost_identity(root, gone, progress);
}

}  // namespace rootlet::rootfs
