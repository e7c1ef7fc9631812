#include "completion.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace rootlet::cli {
namespace completion {
namespace {

struct Meaning {
  std::string_view name;
  Kind kind;
};

/// Kinds of values, by the names that --help has for them.
constexpr std::array<Meaning, 17> meanings{{
    {"RECIPE", Kind::recipes},
    {"MORE", Kind::recipes},
    {"WORKSPACE", Kind::recipes},
    {"TARGET", Kind::targets},
    {"OTHER", Kind::targets},
    {"PACKAGE", Kind::packages},
    {"PACKAGES", Kind::packages},
    {"DISTRO", Kind::distros},
    {"LOCK", Kind::files},
    {"FILE", Kind::files},
    {"FILE.html", Kind::files},
    {"KEY", Kind::files},
    {"OUT", Kind::files},
    {"PATH", Kind::files},
    {"ROOT", Kind::directories},
    {"DIR", Kind::directories},
    {"DIRECTORY", Kind::directories},
}};

Kind kind_of(std::string_view name) {
  const auto* found = std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& m) { return m.name == name; });
  return found == meanings.end() ? Kind::nothing_known : found->kind;
}

/// The words of "KIND:{gzip,zstd}", which is how CLI11 names the type of an option with a set of values.
std::vector<std::string> words_of(const std::string& type) {
  const std::size_t begin = type.find(":{");
  if (begin == std::string::npos || type.back() != '}') return {};
  return CLI::detail::split(type.substr(begin + 2, type.size() - begin - 3), ',');
}

Value read_value(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  Value value;
  value.name = option.get_positional() ? option.get_name() : type.substr(0, type.find(':'));
  value.words = words_of(type);
  value.kind = value.words.empty() ? kind_of(value.name) : Kind::words;
  value.repeated = option.get_items_expected_max() > 1;
  return value;
}

Option read_option(const CLI::Option& option) {
  Option result;
  for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  result.description = option.get_description();
  result.takes_value = option.get_items_expected_max() > 0;
  if (result.takes_value) result.value = read_value(option);
  return result;
}

/// `path`: what leads to this command, itself included.
Entry read(const CLI::App& app, const std::string& path) {
  Entry entry{path, app.get_name(), app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    if (option->get_positional()) {
      entry.places.push_back(read_value(*option));
    } else {
      entry.options.push_back(read_option(*option));
    }
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App* one) { return !one->get_name().empty(); })) {
    entry.commands.push_back(read(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name()));
  }
  return entry;
}

}  // namespace

Entry entries(const CLI::App& app) { return read(app, ""); }

std::vector<const Entry*> all_below(const Entry& entry) {
  std::vector<const Entry*> all;
  for (const Entry& command : entry.commands) {
    all.push_back(&command);
    for (const Entry* below : all_below(command)) all.push_back(below);
  }
  return all;
}

std::string shell_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

}  // namespace completion

std::string completion_script(const CLI::App& app, const std::string& shell) {
  static constexpr std::array<std::pair<const char*, std::string (*)(const completion::Entry&)>, 3> scripts{
      {{"bash", completion::bash}, {"zsh", completion::zsh}, {"fish", completion::fish}}};
  std::string known;
  for (const auto& [name, script] : scripts) {
    if (shell == name) return script(completion::entries(app));
    known += (known.empty() ? "" : ",") + std::string(name);
  }
  throw CLI::ValidationError("--completion", shell + " not in {" + known + "}");
}

}  // namespace rootlet::cli
