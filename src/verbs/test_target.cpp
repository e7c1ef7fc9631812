#include "rootlet/test_target.hpp"

#include <algorithm>
#include <memory>

#include "base/fs.hpp"
#include "base/workers.hpp"
#include "image/read.hpp"
#include "installed/transport.hpp"
#include "model/arch.hpp"
#include "model/image_config.hpp"
#include "registry/reference.hpp"
#include "registry/store.hpp"
#include "repo/cache.hpp"
#include "rights/find_way.hpp"
#include "rootfs/base.hpp"
#include "rootfs/foreign.hpp"
#include "rootfs/install.hpp"
#include "rootfs/tests.hpp"
#include "rootlet/error.hpp"
#include "rootlet/target.hpp"
#include "rootlet/test_file.hpp"

namespace rootlet::verbs {
namespace {

constexpr const char* built_image = "image";

/// A target before it is unpacked.
struct TestTarget {
  std::unique_ptr<image::Image> image;  ///< nullptr: it is a directory
  fs::path directory = {};
  rootfs::TestSurroundings surroundings = {};
  std::vector<RootTest> tests = {};  ///< its own, of a recipe
};

/// RPM's name of an architecture that an image names: this machine's where that is it.
std::string arch_of(const ImageInfo& info) {
  const std::string host = recipe::host_arch();
  const Architecture* own = find_architecture(host);
  if (own != nullptr && own->oci == info.arch) return host;
  const auto all = architectures();
  const auto known = std::find_if(all.begin(), all.end(), [&](const Architecture& one) {
    return one.oci == info.arch && one.base == one.name && (info.variant.empty() || one.variant == info.variant);
  });
  return known == all.end() ? info.arch : std::string(known->name);
}

TestTarget of_image(std::unique_ptr<image::Image> image) {
  TestTarget target;
  target.surroundings = {config_on(image->info(), {}), arch_of(image->info())};
  target.image = std::move(image);
  return target;
}

TestTarget open_image_to_test(const fs::path& path, const std::string& tag, const installed::ReadOptions& how) {
  return of_image(std::make_unique<image::Image>(path, image::ImageReadOptions{how.arch, tag, how.unpacked_limit}));
}

/// In a process of its own, since a build may change what this one may do.
TestTarget build_recipe(const TestRequest& request, const fs::path& path, const fs::path& place,
                        const make::Environment& environment, Progress& progress) {
  Recipe recipe = recipe::load(path, request.recipe);
  std::vector<RootTest> tests = std::move(recipe.tests);
  recipe.tests.clear();
  make::BuildOptions build;
  build.out = place / built_image;
  const Job job{"the image of '" + path.string() + "'", [&] {
                  if (!std::holds_alternative<Unsolvable>(make::build(recipe, build, environment, progress))) {
                    return std::string();
                  }
                  throw Error(path.string() + ": no set of packages satisfies the recipe", "see 'rootlet solve'",
                              ErrorKind::no_solution);
                }};
  const auto outcome = run_workers({job}, 1, [](std::size_t, const Job&) {}).front();
  if (const auto* error = std::get_if<Error>(&outcome)) throw Error(*error);
  TestTarget target = open_image_to_test(build.out, "", {});
  target.surroundings.arch = recipe.selection.arch;
  target.surroundings.limits = recipe.limits;
  target.tests = std::move(tests);
  return target;
}

TestTarget open_to_test(const TestRequest& request, const fs::path& place, const make::Environment& environment,
                        Progress& progress) {
  const installed::ReadOptions& how = request.image;
  if (registry::is_reference(request.target)) {
    const registry::Settings settings{environment.cache_dir, environment.offline, environment.insecure_registries};
    auto image =
        std::make_unique<image::Image>(registry::open_store(registry::parse_reference(request.target), settings),
                                       request.target, image::ImageReadOptions{how.arch, how.tag, how.unpacked_limit});
    image->bring_layers(progress);
    return of_image(std::move(image));
  }
  const installed::NamedImage named = installed::named_image(request.target, how.tag);
  switch (inspect::form_of(named.path)) {
    case inspect::Form::recipe: return build_recipe(request, named.path, place, environment, progress);
    case inspect::Form::image: return open_image_to_test(named.path, named.tag, how);
    case inspect::Form::root_directory: {
      TestTarget target;
      target.directory = named.path;
      target.surroundings.arch = how.arch.empty() ? recipe::host_arch() : how.arch;
      return target;
    }
    default: break;
  }
  throw usage_error("'" + request.target + "' has no files that could be tested",
                    "it takes a recipe, an OCI image layout, an oci-archive, a docker-archive, docker://HOST/PATH:TAG, "
                    "or a root directory");
}

void read_tests(const TestRequest& request, TestTarget& target, TestReport& report) {
  if (!request.tests.empty()) {
    recipe::TestFile file = recipe::load_tests(request.tests, target.surroundings.arch);
    target.tests = std::move(file.tests);
    report.left_out = std::move(file.left_out);
  }
  if (!target.tests.empty()) return;
  throw usage_error("there are no tests for '" + request.target + "'",
                    target.image ? "name a file with some: rootlet test " + request.target + " FILE" : "name a FILE");
}

std::vector<std::string> calls_of(const TestReport& report) {
  std::vector<std::string> calls;
  for (const TestResult& one : report.results) {
    calls.insert(calls.end(), one.system_calls.begin(), one.system_calls.end());
  }
  return calls;
}

ProgramUses uses_of(const TestReport& report) {
  ProgramUses uses;
  uses.files = report.touched;
  for (const TestResult& one : report.results) {
    for (const auto& [path, how] : one.elsewhere) add_touch(uses.elsewhere[path], how);
    uses.system_calls.insert(one.system_calls.begin(), one.system_calls.end());
    uses.sockets.insert(one.sockets.begin(), one.sockets.end());
    uses.privileges.insert(one.privileges.begin(), one.privileges.end());
  }
  return uses;
}

}  // namespace

TestPlace test_place(const make::Environment& environment) { return {environment.cache_dir, "test-"}; }

TestAnswer test(const TestRequest& request, const make::Environment& environment, Progress& progress) {
  rootfs::require_served();
  const rights::Way way = rights::find_way();
  repo::make_cache_dirs(environment.cache_dir);
  const TestPlace place = test_place(environment);
  const TempDir built(place.parent, place.prefix);
  TestAnswer answer;
  TestReport& report = answer.report;
  report.target = request.target;
  TestTarget target = open_to_test(request, built.path(), environment, progress);
  read_tests(request, target, report);
  if (const auto cause = rootfs::why_not_run(target.surroundings.arch)) throw Error(*cause, rootfs::emulator_hint);
  rights::go(way);
  const TempDir workplace(place.parent, place.prefix);
  const root::Root root = rootfs::create_root(workplace.directory());
  if (target.image) {
    rootfs::unpack(*target.image, root, workplace.directory(), progress);
  } else {
    rootfs::copy_root(root::Root(target.directory), root, workplace.directory(), progress);
  }
  answer.arch = target.surroundings.arch;
  rootfs::TestSurroundings how = target.surroundings;
  if (request.trace) how.trace = rootfs::TestTrace::files;
  if (request.profile || request.apparmor) how.trace = rootfs::TestTrace::all_calls;
  report.results = rootfs::run_tests(root, target.tests, how, request.at_once, progress);
  report.touched = rootfs::touched_by(report.results);
  if (report.failed() > 0) return answer;
  if (request.apparmor) answer.apparmor = apparmor_profile(uses_of(report));
  if (!request.profile) return answer;
  answer.profile = with_margin(calls_of(report));
  target.surroundings.allowed_calls = answer.profile.all();
  report.results = rootfs::run_tests(root, target.tests, target.surroundings, request.at_once, progress);
  return answer;
}

}  // namespace rootlet::verbs
