#include <nlohmann/json.hpp>

#include "base/supervise.hpp"
#include "base/workers.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"
#include "rootlet/test_target.hpp"

namespace rootlet::cli {
namespace {

struct TestArguments {
  TargetOptions target;
  std::string tests;
  std::size_t at_once = processors();
  std::string junit;
  std::string trace;
  std::string profile;
  std::string apparmor;
};

/// One document at most can go to standard output.
void check_outputs(const TestArguments& options, const Session& session) {
  int on_stdout = session.json ? 1 : 0;
  for (const std::string* out : {&options.junit, &options.trace, &options.profile, &options.apparmor})
    on_stdout += *out == "-" ? 1 : 0;
  if (on_stdout > 1) throw usage_error("only one of the results can go to standard output");
}

/// A profile is called as its file is.
std::string profile_name(const std::string& file) {
  const std::string stem = std::filesystem::path(file).stem().string();
  return file == "-" || stem.empty() ? "rootlet" : stem;
}

int run_tests(const TestArguments& options, const Session& session) {
  check_outputs(options, session);
  verbs::TestRequest request;
  request.target = options.target.target;
  request.tests = options.tests;
  request.image = {installed::Depth::database, options.target.recipe.arch, options.target.tag,
                   options.target.unpack_limit};
  request.recipe = overrides_of(options.target.recipe);
  request.at_once = options.at_once;
  request.trace = !options.trace.empty();
  request.profile = !options.profile.empty();
  request.apparmor = !options.apparmor.empty();
  const make::Environment environment = environment_of(session, options.target.recipe);
  const verbs::TestPlace place = verbs::test_place(environment);
  supervise([place] { remove_leftovers(place.parent, place.prefix); });
  const verbs::TestAnswer answer = verbs::test(request, environment, *session.progress);
  const TestReport& report = answer.report;
  for (const std::string& one : report.left_out) session.progress->warn(one);
  if (!options.trace.empty()) write_result(options.trace, report::json_text(report::touched_json(report)));
  if (!options.profile.empty() && report.failed() == 0) {
    write_result(options.profile, report::json_text(report::seccomp_json(answer.profile, answer.arch)));
  }
  if (!options.apparmor.empty() && report.failed() == 0) {
    write_result(options.apparmor, report::apparmor_text(answer.apparmor, profile_name(options.apparmor)));
  }
  if (!options.junit.empty()) write_result(options.junit, report::to_junit(report));
  const bool has_stdout =
      options.junit == "-" || options.trace == "-" || options.profile == "-" || options.apparmor == "-";
  if (session.json) {
    print(report::json_text(report::to_json(report)));
  } else if (!session.quiet && !has_stdout) {
    print(report::to_text(report) + (options.profile.empty() ? "" : report::to_text(answer.profile)));
  }
  return report.failed() > 0 ? exit_code(ErrorKind::no_solution) : 0;
}

}  // namespace

Action add_test(CLI::App& app) {
  auto options = std::make_shared<TestArguments>();
  add_target_options(app, options->target);
  app.get_option("TARGET")->description(
      "What is tested, and stays as it is: a recipe, whose image is built for it and not published, an OCI image "
      "layout, "
      "an oci-archive, a docker-archive, what skopeo calls dir:, an image in a registry (docker://HOST/PATH:TAG), or a "
      "root directory");
  app.add_option(
      "FILE", options->tests,
      "The tests: a list of them as a recipe has it, a recipe with some, or a file of container-structure-test "
      "(default: those of TARGET, a recipe)");
  app.add_option("--jobs", options->at_once, "How many tests run at once (default: one for each processor)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->type_name("N");
  app.add_option("--junit", options->junit,
                 "Write the results to this file as JUnit's XML, too ('-': to standard output, in place of text)")
      ->type_name("FILE");
  app.add_option(
         "--trace", options->trace,
         "Write to this file which files of the root the tests have touched, and how, as JSON ('-': to standard "
         "output, in place of text)")
      ->type_name("FILE");
  app.add_option(
         "--seccomp-profile", options->profile,
         "Write a seccomp profile to this file, in the form of OCI's runtimes: the system calls that the tests "
         "have made, with a margin; it is written only where the tests pass with it, too ('-': to standard output, "
         "in place of text)")
      ->type_name("FILE");
  app.add_option("--apparmor-profile", options->apparmor,
                 "Write a profile for AppArmor to this file, called as the file is: the files, sockets and "
                 "capabilities that the "
                 "tests have used, with a margin ('-': to standard output, in place of text)")
      ->type_name("FILE");
  return [options](const Session& session) { return run_tests(*options, session); };
}

}  // namespace rootlet::cli
