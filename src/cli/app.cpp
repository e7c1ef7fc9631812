#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/colour.hpp"
#include "base/fs.hpp"
#include "base/limits.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "command.hpp"
#include "completion.hpp"
#include "man.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"
#include "subcommand.hpp"

namespace rootlet::cli {
namespace {

constexpr std::array<Command, 27> commands{{
    {"init", "Write a recipe to begin with, or list the distributions that recipes can name", add_init},
    {"build", "Build the image that a recipe describes", add_build},
    {"plan", "Show which images of a workspace are to be built, why, and what that takes", add_plan},
    {"apply", "Build the images of a workspace that are to be built, bases first", add_apply},
    {"engine", "Write jobs that build a workspace in parts on several machines", add_engine},
    {"push", "Push an image and the documents about it to a registry", add_push},
    {"solve", "Show what would be installed, why, and its size", add_solve},
    {"lock", "Pin the packages of a recipe in a lock file", add_lock},
    {"fetch", "Download everything a lock pins, for building offline", add_fetch},
    {"import", "Make a recipe of a file of another program, and say what of it is in it", add_import},
    {"why", "Show why a package is there, and what it would take to lose it", add_why},
    {"tree", "Show packages as a tree of what requires what", add_tree},
    {"graph", "Draw packages and what requires what, or write that for other programs", add_graph},
    {"size", "Show what each package and each root costs, alone and with all that it brings", add_size},
    {"audit", "Look for what is broken, dangerous or superfluous", add_audit},
    {"advisories", "Show which advisories are open, what keeps their packages there, and what would close them",
     add_advisories},
    {"diff", "Show what differs between two targets, and which new requirement did it", add_diff},
    {"history", "Keep, show and check the sizes of images over their releases", add_history},
    {"fleet", "Show what many images have in common: libraries, bytes, bases, and what to build again", add_fleet},
    {"repo-report", "Show which packages and requirements of repositories cost most over many workloads",
     add_repo_report},
    {"report", "Write a page about the size of a target, with its history where there is one", add_report},
    {"sbom", "Write a software bill of materials in SPDX or CycloneDX", add_sbom},
    {"vex", "Write what is provably not in an image, as OpenVEX", add_vex},
    {"cache", "Show what the cache takes, and remove what was not used for longest", add_cache},
    {"doctor", "Show what this host lacks for which work, and how to get it", add_doctor},
    {"suggest", "Show what a recipe could do without, and what each choice and line costs", add_suggest},
    {"test", "Run tests in an image, a root or the image of a recipe: commands, services, files", add_test},
}};

struct Globals {
  std::string cache_dir;
  bool offline = false;
  bool insecure = false;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool no_progress = false;
  std::string colour = "auto";
};

void add_globals(CLI::App& app, Globals& globals) {
  app.add_option("--cache-dir", globals.cache_dir,
                 "Where metadata and packages are kept (default: $XDG_CACHE_HOME/rootlet, ~/.cache/rootlet)")
      ->type_name("DIR");
  app.add_flag("--offline", globals.offline, "Use only what the cache holds");
  app.add_flag("--insecure", globals.insecure,
               "Reach registries of images without TLS where they have none, and whatever certificate they show");
  app.add_flag("--json", globals.json, "Print the result as JSON");
  app.add_flag("-q,--quiet", globals.quiet, "Print nothing but the result, warnings and errors");
  app.add_flag("-v,--verbose", globals.verbose, "Print details, such as what scriptlets say");
  app.add_flag("--no-progress", globals.no_progress, "Show no progress bars");
  app.add_option(
         "--color", globals.colour,
         "Whether there are colours: auto (on a terminal, unless NO_COLOR is set; with CLICOLOR_FORCE everywhere), "
         "always or never (default: auto)")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

}  // namespace

fs::path cache_place(const std::string& given) {
  if (!given.empty()) return fs::absolute(given);
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg == '/') return fs::path(xdg) / "rootlet";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return fs::path(home) / ".cache/rootlet";
  throw usage_error("there is no place for the cache: neither XDG_CACHE_HOME nor HOME is set", "give --cache-dir DIR");
}

namespace {

ColourWhen when_of(const std::string& word) {
  if (word == "auto") return ColourWhen::automatic;
  return word == "always" ? ColourWhen::always : ColourWhen::never;
}

std::string label(bool colour) { return "rootlet: " + coloured("error:", Colour::bad, colour); }

std::string hint_text(const std::string& hint, bool colour) {
  return coloured("hint:", Colour::aside, colour) + " " + hint + "\n";
}

std::string words_of(const Error& error, bool colour) {
  std::string text = label(colour) + " " + printable(error.what()) + "\n";
  if (!error.hint().empty()) text += hint_text(printable(error.hint()), colour);
  return text;
}

int fail(const Error& error, bool colour) {
  fmt::print(stderr, "{}", words_of(error, colour));
  return exit_code(error.kind());
}

/// The same of an error that ends the process at once, where a progress bar may stand.
template <bool colour>
std::string last_words(const Error& error) {
  return (detect_progress_style().terminal ? "\r\033[K" : "") + words_of(error, colour);
}

constexpr const char* see_help = "see 'rootlet --help', or 'rootlet COMMAND --help'";

/// Says what is wrong where a command is wanted, of rootlet or of one of its commands: none is named, or one that is
/// not there.
Error command_error(const CLI::App& app) {
  const CLI::App* at = &app;
  std::string path = "rootlet";
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  std::vector<std::string> names;
  for (const CLI::App* one : at->get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(one->get_name());
  const std::vector<std::string> left = app.remaining(true);
  const auto word =
      std::find_if(left.begin(), left.end(), [](const std::string& one) { return !one.starts_with('-'); });
  const bool is_top = at == &app;
  return usage_error(word == left.end() ? "no command is named"
                                        : "there is no command '" + path.substr(is_top ? path.size() : 8) +
                                              (is_top ? "" : " ") + *word + "'" + did_you_mean(*word, names),
                     is_top ? see_help : path + " has the commands " + join(names, ", "));
}

/// CLI11's own way of ending: help and version go to stdout with 0, wrong usage to stderr with 2.
int end_parse(const CLI::App& app, const CLI::ParseError& error, bool colour) {
  if (error.get_exit_code() == 0) return app.exit(error);
  const bool wants_command =
      error.get_name() == "RequiredError" && std::string_view(error.what()).starts_with("A subcommand");
  const Error said = wants_command ? command_error(app) : usage_error(without_secrets(error.what()), see_help);
  fmt::print(stderr, "{}", words_of(said, colour));
  return exit_code(ErrorKind::usage);
}

/// Options that packages are made with: for manual pages, and for what completes the command line in shells.
void add_document_options(CLI::App& app) {
  add_man_option(app);
  app.add_option_function<std::string>(
         "--man-pages",
         [&app](const std::string& directory) {
           fill_all(app);
           write_man_pages(app, directory);
           throw CLI::Success();
         },
         "Write the manual pages of rootlet and of its commands to this directory")
      ->group("")
      ->trigger_on_parse();
  app.add_option_function<std::string>(
         "--completion",
         [&app](const std::string& shell) {
           fill_all(app);
           throw CLI::CallForVersion(completion_script(app, shell), CLI::ExitCodes::Success);
         },
         "Print the script that completes rootlet's command line in a shell: bash, zsh or fish")
      ->group("")
      ->trigger_on_parse();
}

}  // namespace

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw system_error("cannot write to standard output");
  }
}

std::string error_label(const Session& session) { return label(session.colours.rest); }

bool is_standard_output(const std::string& out) { return out.empty() || out == "-"; }

void write_result(const std::string& out, const std::string& text) {
  if (is_standard_output(out)) return print(text);
  std::error_code error;
  const fs::file_status there = fs::status(out, error);
  if (!fs::exists(there) || fs::is_regular_file(there) || fs::is_directory(there)) return write_file(out, text);
  // A device or a pipe is written to: a file in the place of /dev/null would break the system.
  const Fd fd(open(out.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  if (!fd) throw system_error("cannot write '" + out + "'");
  write_all(fd.get(), text, "'" + out + "'");
}

int no_solution(const Session& session, const fs::path& recipe, const Unsolvable& unsolvable) {
  if (session.json) print(report::json_text(report::to_json(unsolvable)));
  fmt::print(stderr, "{} {}: no set of packages satisfies the recipe\n{}", error_label(session), recipe.string(),
             report::to_text(unsolvable));
  return exit_code(ErrorKind::no_solution);
}

fs::path default_lock(const RecipeOptions& options) {
  fs::path lock = options.recipe;
  if (!options.packages.empty()) return lock += ".lock.json";
  lock.replace_extension(".lock.json");
  return lock;
}

int run(int argc, char** argv) {
  // Files that libraries make are not for everybody to write, either, whatever the caller's umask is.
  umask(umask(077) | 002U);
  CLI::App app{"Builds tiny OCI images from RPM packages, and explains every package in them", "rootlet"};
  app.set_version_flag("--version", "rootlet " ROOTLET_VERSION);
  app.fallthrough();
  app.footer("Exit codes: 0 done, 1 failed, 2 wrong usage or recipe, 3 no solution, findings, or over budget");
  Globals globals;
  add_globals(app, globals);
  const Action action = add_commands(app, commands);
  add_document_options(app);
  if (argc > 1 && argv[1] == std::string_view("--complete")) {
    fill_all(app);
    return complete(app, {argv + 2, argv + argc});
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return end_parse(app, error, wants_colour(STDERR_FILENO, when_of(globals.colour)));
  }
  ProgressStyle style = detect_progress_style();
  style.quiet = globals.quiet;
  style.verbose = globals.verbose;
  style.bars = !globals.no_progress;
  style.colour = wants_colour(STDERR_FILENO, when_of(globals.colour));
  const auto progress = make_stderr_progress(style);
  try {
    const Session session{{.cache_dir = cache_place(globals.cache_dir),
                           .offline = globals.offline,
                           .insecure_registries = globals.insecure},
                          globals.json,
                          globals.quiet,
                          globals.verbose,
                          {wants_colour(STDOUT_FILENO, when_of(globals.colour)), style.colour},
                          progress.get()};
    say_last_words(style.colour ? last_words<true> : last_words<false>);
    return action(session);
  } catch (const Error& error) {
    progress->abandon();
    return fail(error, style.colour);
  }
}

}  // namespace rootlet::cli
