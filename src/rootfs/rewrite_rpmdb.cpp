#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"
#include "rpm/berkeley.hpp"
#include "sandbox.hpp"
#include "tasks.hpp"
#include "wire.hpp"

namespace rootlet::rootfs {
namespace {

/// Outside: collects the packages of the database.
class PackageCollector final : public Outside {
 public:
  [[nodiscard]] std::string task() const override { return "writing the RPM database in Berkeley DB's form"; }
  void output(std::string_view /*text*/) override {}
  void message(const nlohmann::json& message) override { packages.push_back(message.at("package").get<Nevra>()); }
  std::vector<Nevra> packages;
};

std::vector<std::string> only_in(const std::vector<Nevra>& these, const std::vector<Nevra>& those) {
  std::vector<Nevra> only;
  std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(only));
  std::vector<std::string> names;
  for (const Nevra& nevra : only) names.push_back(printable(nevra.str()));
  return names;
}

/// A scriptlet may write what it likes into the root, its database included.
void require_same(const std::vector<Nevra>& found, const std::vector<Nevra>& expected) {
  const auto missing = only_in(expected, found);
  const auto added = only_in(found, expected);
  if (missing.empty() && added.empty()) return;
  std::string what;
  if (!missing.empty()) what = "it lacks " + join(missing, ", ");
  if (!added.empty()) what += (what.empty() ? "it has " : ", and has ") + join(added, ", ");
  throw Error("the RPM database in the root is not the one that the installation wrote: " + what,
              "a scriptlet must have changed it");
}

}  // namespace

int rewrite_inside(const Inside& inside, const nlohmann::json& input) {
  const auto packages = rpm::rewrite_as_berkeley(input.at("dbpath"), input.at("later_indexes"));
  for (const Nevra& nevra : packages) {
    if (nevra.name != "gpg-pubkey") inside.send({{"package", nevra}});
  }
  return 0;
}

void rewrite_rpmdb_as_berkeley(const root::Root& root, const std::string& dbpath, bool later_indexes,
                               const RecipeLimits& limits, std::vector<Nevra> packages) {
  SandboxSpec spec;
  spec.root = root.descriptor();
  spec.limits = limits;
  PackageCollector receiver;
  const int status = run_in_sandbox(spec, "rewrite", {{"dbpath", dbpath}, {"later_indexes", later_indexes}}, receiver);
  if (status != 0) throw Error(receiver.task() + " ended unexpectedly");
  std::sort(packages.begin(), packages.end());
  require_same(receiver.packages, packages);
}

}  // namespace rootlet::rootfs
