#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>

#include "command.hpp"
#include "completion.hpp"
#include "rootlet/distros.hpp"

namespace rootlet::cli {
namespace {

using completion::Entry;

constexpr unsigned most_seconds = 3;

/// The words of a command line that say where packages come from.
struct Typed {
  std::string distro;
  std::string cache_dir;
  std::string arch;
  std::vector<std::string> places;  ///< words that are neither options nor their values
};

const completion::Option* option_named(const Entry& entry, const Entry& top, const std::string& name) {
  for (const Entry* one : {&entry, &top}) {
    for (const completion::Option& option : one->options) {
      if (std::find(option.names.begin(), option.names.end(), name) != option.names.end()) return &option;
    }
  }
  return nullptr;
}

void take_value(Typed& typed, const std::string& option, const std::string& value) {
  if (option == "--distro") typed.distro = value;
  if (option == "--cache-dir") typed.cache_dir = value;
  if (option == "--arch") typed.arch = value;
}

Typed read_words(const Entry& top, const std::vector<std::string>& words) {
  Typed typed;
  const Entry* entry = &top;
  std::string open;  // the option whose value comes next
  for (const std::string& word : words) {
    if (!open.empty() && word == "=") continue;  // bash takes --distro=fedora:44 apart
    if (!open.empty()) {
      take_value(typed, open, word);
      open.clear();
    } else if (word.starts_with("-")) {
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      const completion::Option* option = option_named(*entry, top, name);
      if (equals != std::string::npos) {
        take_value(typed, name, word.substr(equals + 1));
      } else if (option != nullptr && option->takes_value) {
        open = name;
      }
    } else {
      const auto below = std::find_if(entry->commands.begin(), entry->commands.end(),
                                      [&](const Entry& one) { return one.name == word; });
      if (below != entry->commands.end()) {
        entry = &*below;
      } else {
        typed.places.push_back(word);
      }
    }
  }
  return typed;
}

std::vector<std::string> distro_names() {
  std::vector<std::string> names;
  for (const Distro& distro : recipe::known_distros()) {
    for (const std::string& release : distro.releases) names.push_back(distro.name + ":" + release);
  }
  return names;
}

std::vector<std::string> names_in(const inspect::Target& target) {
  std::vector<std::string> names;
  for (const GraphPackage& package : target.graph.packages) names.push_back(package.nevra.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// Names of packages: of a distribution's or a recipe's repositories, as far as the cache has them, or those that a
/// lock, a root or an image has.
std::vector<std::string> package_names(const Typed& typed, const std::string& prefix,
                                       const make::Environment& environment) {
  Progress silent;
  RecipeOptions options;
  options.arch = typed.arch;
  options.distro = typed.distro;
  if (!typed.distro.empty()) {
    options.packages = {"package"};  // any: only the repositories matter
    options.recipe = "package";
  } else {
    if (typed.places.empty()) return {};
    options.recipe = typed.places.front();
    if (inspect::form_of(options.recipe) != inspect::Form::recipe) {
      inspect::Options how;
      how.environment = environment;
      how.tree.depth = installed::Depth::database;
      const auto opened = inspect::open(options.recipe, how, silent);
      return names_in(std::get<inspect::Target>(opened));
    }
  }
  if (prefix.empty()) return {};  // all of a distribution help nobody
  std::vector<Recipe> each = load_recipes(options);
  return make::package_names(each.empty() ? load_recipe(options) : each.front(), prefix, environment, silent);
}

std::vector<std::string> candidates(const Entry& top, const std::vector<std::string>& words) {
  const std::string kind = words.at(0);
  const std::string word = words.back();
  const Typed typed = read_words(top, {words.begin() + 1, words.end() - 1});
  // Of several with commas between, the last is completed.
  const std::size_t comma = word.rfind(',');
  const std::string before = comma == std::string::npos ? "" : word.substr(0, comma + 1);
  const std::string prefix = word.substr(before.size());
  std::vector<std::string> found;
  if (kind == "DISTRO") {
    found = distro_names();
  } else {
    make::Environment environment;
    environment.cache_dir = cache_place(typed.cache_dir);
    environment.offline = true;
    found = package_names(typed, prefix, environment);
  }
  std::erase_if(found, [&](const std::string& name) { return !name.starts_with(prefix); });
  for (std::string& name : found) name = before + name;
  return found;
}

}  // namespace

int complete(const CLI::App& app, const std::vector<std::string>& words) {
  if (words.size() < 2) return 0;
  // Whoever waits at a prompt is not told of errors, and does not wait for long.
  std::signal(SIGALRM, [](int) { _exit(0); });
  alarm(most_seconds);
  try {
    std::string text;
    for (const std::string& one : candidates(completion::entries(app), words)) text += one + "\n";
    print(text);
  } catch (const std::exception&) {  // nothing to offer
  }
  return 0;
}

}  // namespace rootlet::cli
