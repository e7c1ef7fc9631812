#include "base.hpp"
#include "rootlet/error.hpp"
#include "rpm/import.hpp"
#include "sandbox.hpp"
#include "tasks.hpp"
#include "wire.hpp"

namespace rootlet::rootfs {
namespace {

class Silent final : public Outside {
 public:
  [[nodiscard]] std::string task() const override { return "writing the RPM database of the base anew"; }
  void output(std::string_view /*text*/) override {}
  void message(const nlohmann::json& /*message*/) override {}
};

}  // namespace

int import_inside(const Inside& /*inside*/, const nlohmann::json& input) {
  std::vector<std::string> headers;
  for (const nlohmann::json& one : input.at("headers")) {
    const auto& bytes = one.get_binary();
    headers.emplace_back(bytes.begin(), bytes.end());
  }
  rpm::import_headers(headers, input.at("dbpath"));
  return 0;
}

void import_rpmdb(const root::Root& root, const std::string& dbpath, const std::vector<std::string>& headers,
                  const RecipeLimits& limits) {
  root.remove_entries(
      dbpath, [](const std::string& /*name*/, bool /*is_directory*/) { return true; }, true);
  SandboxSpec spec;
  spec.root = root.descriptor();
  spec.limits = limits;
  nlohmann::json all = nlohmann::json::array();
  for (const std::string& one : headers) all.push_back(nlohmann::json::binary({one.begin(), one.end()}));
  Silent outside;
  if (run_in_sandbox(spec, "import", {{"dbpath", dbpath}, {"headers", all}}, outside) != 0) {
    throw Error(outside.task() + " ended unexpectedly");
  }
}

}  // namespace rootlet::rootfs
