#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rootlet/arches.hpp"
#include "rootlet/build.hpp"
#include "rootlet/drift.hpp"
#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/recipe_file.hpp"
#include "rootlet/record.hpp"
#include "rootlet/target.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::cli {

/// Whether what is printed has colours.
struct Colours {
  bool result = false;  ///< on standard output
  bool rest = false;    ///< on standard error
};

/// Global options, read: every command is given them.
struct Session {
  make::Environment environment;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  Colours colours = {};
  Progress* progress = nullptr;
};

/// A command adds its options to `app` and returns what runs it; that returns the exit code.
using Action = std::function<int(const Session&)>;
using AddCommand = Action (*)(CLI::App& app);

struct Command {
  const char* name;
  const char* description;
  AddCommand add;
};

/// Adds these as subcommands, of which one must be given; the action runs that one.
Action add_commands(CLI::App& app, std::span<const Command> commands);

Action add_init(CLI::App& app);
Action add_build(CLI::App& app);
Action add_solve(CLI::App& app);
Action add_lock(CLI::App& app);
Action add_fetch(CLI::App& app);
Action add_import(CLI::App& app);
Action add_push(CLI::App& app);
Action add_cache(CLI::App& app);
Action add_sbom(CLI::App& app);
Action add_vex(CLI::App& app);
Action add_suggest(CLI::App& app);
Action add_test(CLI::App& app);
Action add_why(CLI::App& app);
Action add_tree(CLI::App& app);
Action add_size(CLI::App& app);
Action add_diff(CLI::App& app);
Action add_doctor(CLI::App& app);
Action add_fleet(CLI::App& app);
Action add_plan(CLI::App& app);
Action add_apply(CLI::App& app);
Action add_engine(CLI::App& app);
Action add_repo_report(CLI::App& app);
Action add_audit(CLI::App& app);
Action add_advisories(CLI::App& app);
Action add_graph(CLI::App& app);
Action add_history(CLI::App& app);
Action add_history_add(CLI::App& app);
Action add_history_report(CLI::App& app);
Action add_report(CLI::App& app);
Action add_history_check(CLI::App& app);
Action add_history_diff(CLI::App& app);
Action add_history_show(CLI::App& app);
Action add_history_survey(CLI::App& app);

/// The recipe that a command works on, and what its options say above the recipe.
struct RecipeOptions {
  std::string recipe;  ///< with `packages`: the name of the image
  std::string distro;
  std::vector<std::string> packages;  ///< in place of a recipe
  std::string arch;
  std::string objective;
  std::string scriptlet_deps;
  std::string variant;
  std::string on;
  std::string arch_drift;
  SearchLimits search = {};
  bool want_proof = false;
  make::Headers headers = make::Environment().headers;
};

/// Adds RECIPE and these options. `verb`: what the command does with the recipe.
void add_recipe_options(CLI::App& app, RecipeOptions& options, const std::string& verb);
/// Adds those of them that say what to solve for; `of` stands before each description.
void add_goal_options(CLI::App& app, RecipeOptions& options, const std::string& of);
/// Wants a proof, and adds --allow-unproved, which does not.
void add_proof_option(CLI::App& app, RecipeOptions& options);
recipe::Overrides overrides_of(const RecipeOptions& options);
/// Adds PACKAGE, for --distro; take_packages() carries that out: then RECIPE and `more` are packages. Error: one of
/// them is a recipe.
void add_more_packages(CLI::App& app, std::vector<std::string>& more);
void take_packages(RecipeOptions& options, const std::vector<std::string>& more);
/// Takes these packages of the distribution in place of a recipe. Error: one of them is a recipe.
void take_words(RecipeOptions& options, const std::vector<std::string>& words);
/// Adds --arch-drift.
void add_drift_option(CLI::App& app, RecipeOptions& options);
Recipe load_recipe(const RecipeOptions& options);
/// The recipe for each of its architectures; empty: it is for one, or one was chosen.
std::vector<Recipe> load_recipes(const RecipeOptions& options);
make::Environment environment_of(const Session& session, const RecipeOptions& options);
/// Solves the recipe and gives what it comes to to `use`, which returns the exit code; without a solution, that is
/// reported.
int with_solution(const Session& session, const RecipeOptions& options,
                  const std::function<int(const Recipe&, const make::Resolved&, const Solution&)>& use);

/// The same for each of several architectures; `use` is given a solution for each.
int with_solutions(const Session& session, const RecipeOptions& options, const std::vector<Recipe>& recipes,
                   const std::function<int(const make::ResolvedArches&)>& use);
/// The sets of these answers.
std::vector<SetOfArch> sets_of(const std::vector<Recipe>& recipes, const make::ResolvedArches& resolved);

/// Removes what work that was interrupted has left: TempDirs of this parent and prefix.
void remove_leftovers(const std::filesystem::path& parent, const std::string& prefix);

/// The target that a command looks at.
struct TargetOptions {
  std::string target;
  std::string tag;
  std::uint64_t unpack_limit = installed::ReadOptions().unpacked_limit;
  RecipeOptions recipe;  ///< where it is one; `arch` also for images
  bool paths = false;    ///< a recipe's packages have to say which paths they have
};

/// Adds TARGET and these options.
void add_target_options(CLI::App& app, TargetOptions& options);

/// Adds those of these options that say how images are read and recipes solved: --unpack-limit and goals.
void add_reading_options(CLI::App& app, TargetOptions& options);
/// How a target is opened.
inspect::Options open_options(const Session& session, const TargetOptions& options, installed::Depth depth);

/// Adds --only; kinds_of() reads it: all kinds where it is not given.
void add_only_option(CLI::App& app, std::vector<std::string>& only);
Kinds kinds_of(const std::vector<std::string>& only);

/// Adds --format, and prints as it says.
void add_diff_format(CLI::App& app, std::string& format);
void print_diff(const Session& session, const std::string& format, const Diff& diff);

/// Where records of images are.
struct HistoryOptions {
  std::string directory = "reports/history";
};

/// Adds --history.
void add_history_option(CLI::App& app, HistoryOptions& options);
/// Adds --image, --label (without a default it must be given), --date and --lock.
void add_release_options(CLI::App& app, verbs::Release& options, const std::string& default_label = "");
/// Opens the target and gives it to `use`, which returns the exit code; a recipe without a solution is reported.
/// `files_alone`: as inspect::Options has it.
int with_target(const Session& session, const TargetOptions& options, installed::Depth depth,
                const std::function<int(const inspect::Target&)>& use,
                std::optional<installed::Depth> files_alone = std::nullopt);

/// Whether what a user names may be a file: then TargetOptions::paths must be set.
bool names_path(std::string_view what);

/// The same as deep as what a user names needs: paths are in the packages' lists of files. `of_paths`: how deep then.
int with_target_for(const Session& session, TargetOptions options, std::string_view what,
                    const std::function<int(const inspect::Target&)>& use,
                    installed::Depth of_paths = installed::Depth::files);

/// The page that a command writes.
struct PageOptions {
  std::string out;
  std::string svg;  ///< the directory for charts; empty: none
};

/// Adds -o and --svg.
void add_page_options(CLI::App& app, PageOptions& options);

/// Writes the page of these images, and the charts where asked for. `title`: "Sizes of nginx".
void write_page(const PageOptions& options, const std::string& title, const std::vector<Timeline>& timelines);

/// Where the cache is: what --cache-dir says, else the user's own place. Error: there is none.
std::filesystem::path cache_place(const std::string& given);

/// "rootlet: error:", in its colour on standard error.
std::string error_label(const Session& session);

/// Prints the result of a command: nothing else goes to stdout. Error: stdout cannot be written (a full disk, say).
void print(const std::string& text);

/// Whether write_result() prints.
bool is_standard_output(const std::string& out);

/// Writes the result to a file; prints it where `out` is "-" or empty.
void write_result(const std::string& out, const std::string& text);

/// Reports that a recipe has no solution, as text on stderr or JSON on stdout; returns the exit code.
int no_solution(const Session& session, const std::filesystem::path& recipe, const Unsolvable& unsolvable);

int no_solution(const Session& session, const std::filesystem::path& recipe, const make::UnsolvableArches& unsolvable);

/// "nginx.lock.json" beside nginx.yaml, or in the working directory where packages take the place of a recipe.
std::filesystem::path default_lock(const RecipeOptions& options);

}  // namespace rootlet::cli
