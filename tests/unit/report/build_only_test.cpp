#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "rootlet/report.hpp"

using namespace rootlet;

namespace {

ChosenPackage chosen(const std::string& name, std::uint64_t size, bool build_only) {
  ChosenPackage out;
  out.package.nevra = {name, 0, "1", "1", "noarch"};
  out.package.installed_size = size;
  out.package.download_size = 10;
  out.package.checksum = {"sha256", "00"};
  out.build_only = build_only;
  if (build_only) {
    out.reason.required_by = {{package_id(0), name, EdgeKind::post}};
  } else {
    out.reason.requested = {{name, {"r.yaml", 3, 5}}};
  }
  return out;
}

const Solution solution{{chosen("app", 2000, false), chosen("bash", 7000, true), chosen("data", 500, false)}};

}  // namespace

TEST_CASE("packages that leave stand apart and are not counted") {
  CHECK(report::to_text(solution) ==
        "app-0:1-1.noarch    2.00 kB  recipe: app\n"
        "data-0:1-1.noarch     500 B  recipe: data\n"
        "in the build only:\n"
        "bash-0:1-1.noarch   7.00 kB  app (post): bash\n"
        "2 packages (1 more in the build only), 2.50 kB installed (2,500 bytes), 30 B to download\n");
  CHECK(report::why_text(solution) ==
        "app-0:1-1.noarch  2.00 kB\n"
        "  asked for: app (r.yaml:3)\n"
        "data-0:1-1.noarch  500 B\n"
        "  asked for: data (r.yaml:3)\n"
        "in the build only:\n"
        "bash-0:1-1.noarch  7.00 kB\n"
        "  required by app-0:1-1.noarch: bash [post]\n"
        "2 packages (1 more in the build only), 2.50 kB installed (2,500 bytes), 30 B to download\n");
  make::BuildResult result;
  result.out = "out";
  result.format = image::Format::dir;
  result.solution = solution;
  CHECK(report::to_text(result) ==
        "out: directory\n"
        "  packages   2 (1 more took part in the build only)\n"
        "  installed  2.50 kB (2,500 bytes)\n"
        "  time       0 ms: \n");
}

TEST_CASE("in JSON, packages that leave have a list of their own") {
  const auto json = report::to_json(solution);
  CHECK(json["packages"].size() == 2);
  REQUIRE(json["build_only"].size() == 1);
  CHECK(json["build_only"][0]["name"] == "bash");
  CHECK(json["summary"]["packages"] == 2);
  CHECK(json["summary"]["installed_size"] == 2500);
  CHECK(json["summary"]["download_size"] == 30);
  Solution all_stay = solution;
  all_stay.packages[1].build_only = false;
  CHECK_FALSE(report::to_json(all_stay).contains("build_only"));
}
