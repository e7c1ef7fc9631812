#include "modules/choice.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::modules {
namespace {

/// The builds of a match by module and stream.
using Streams = std::map<std::string, std::map<std::string, std::vector<std::size_t>>>;

[[noreturn]] void fail(const RecipeItem& item, const std::string& key, const std::string& message,
                       const std::string& hint) {
  const std::string place = item.mark.str();
  throw usage_error((place.empty() ? "" : place + ": ") + key + ": " + message, hint);
}

std::vector<std::string> stream_names(const Facts& facts, const std::string& module) {
  std::set<std::string> names;
  for (const Build& build : facts.builds) {
    if (build.module == module) names.insert(build.stream);
  }
  return {names.begin(), names.end()};
}

std::string streams_hint(const Facts& facts, const std::string& module) {
  return "its streams: " + join(stream_names(facts, module), ", ");
}

Streams by_stream(const Facts& facts, const Match& match) {
  Streams streams;
  for (const std::size_t i : match.builds) streams[facts.builds[i].module][facts.builds[i].stream].push_back(i);
  return streams;
}

[[noreturn]] void fail_unknown(const Facts& facts, const RecipeItem& item, const std::string& key,
                               const std::string& text) {
  const std::optional<Spec> spec = read_spec(text);
  if (!spec) fail(item, key, "'" + text + "' does not name a module", "write NAME:STREAM, for instance nodejs:20");
  const std::vector<std::string> names = module_names(facts);
  if (names.empty()) fail(item, key, "there is no module '" + spec->module + "'", "the repositories have no modules");
  if (std::find(names.begin(), names.end(), spec->module) == names.end()) {
    fail(item, key, "there is no module '" + spec->module + "'" + did_you_mean(spec->module, names),
         "the repositories have " + join(names, ", "));
  }
  const std::vector<std::string> streams = stream_names(facts, spec->module);
  if (std::find(streams.begin(), streams.end(), spec->stream) == streams.end()) {
    fail(item, key, "the module " + spec->module + " has no stream '" + spec->stream + "'",
         streams_hint(facts, spec->module));
  }
  fail(item, key, "nothing of the module stream " + spec->module + ":" + spec->stream + " matches '" + text + "'", "");
}

class Chooser {
 public:
  explicit Chooser(const Facts& facts) : facts_(facts) {}

  void disable(const RecipeItem& item) {
    const Match match = find(facts_, item.text);
    if (match.builds.empty()) fail_unknown(facts_, item, disable_key, item.text);
    for (const auto& [module, streams] : by_stream(facts_, match)) choice_.disabled.insert(module);
  }

  void enable(const RecipeItem& item) {
    const Match match = find(facts_, item.text);
    if (match.builds.empty()) fail_unknown(facts_, item, enable_key, item.text);
    for (const auto& [module, streams] : by_stream(facts_, match)) {
      enable_stream(item, enable_key, module, pick(item, enable_key, module, streams));
    }
  }

  /// A stream that is there.
  void keep(const std::string& text) {
    const Match match = find(facts_, text);
    for (const auto& [module, streams] : by_stream(facts_, match)) {
      if (streams.size() != 1 || choice_.disabled.contains(module)) continue;
      choice_.enabled.try_emplace(module, Enabled{streams.begin()->first, RecipeItem{text, {}}});
    }
  }

  /// An entry of packages; `text` is without the "@".
  void install(const RecipeItem& item, const std::string& text) {
    const Match match = find(facts_, text);
    if (match.builds.empty()) {
      const std::optional<Spec> spec = read_spec(text);
      const bool known = spec && !spec->stream.empty() && !stream_names(facts_, spec->module).empty();
      if (known) fail_unknown(facts_, item, packages_key, text);
      choice_.groups.push_back(item);
      return;
    }
    for (const auto& [module, streams] : by_stream(facts_, match)) {
      const std::string stream = pick(item, packages_key, module, streams);
      enable_stream(item, packages_key, module, stream);
      choice_.installs.push_back({item, module, stream, match.spec.profile, streams.at(stream)});
    }
  }

  [[nodiscard]] Choice take() { return std::move(choice_); }

 private:
  static constexpr const char* enable_key = "modules.enable";
  static constexpr const char* disable_key = "modules.disable";
  static constexpr const char* packages_key = "packages";

  [[nodiscard]] std::string pick(const RecipeItem& item, const char* key, const std::string& module,
                                 const std::map<std::string, std::vector<std::size_t>>& streams) const {
    if (streams.size() == 1) return streams.begin()->first;
    const auto enabled = choice_.enabled.find(module);
    if (enabled != choice_.enabled.end() && streams.contains(enabled->second.stream)) return enabled->second.stream;
    const auto defaults = facts_.defaults.find(module);
    if (defaults != facts_.defaults.end() && streams.contains(defaults->second.stream)) return defaults->second.stream;
    fail(item, key, "'" + item.text + "' does not say which stream of the module " + module,
         streams_hint(facts_, module));
  }

  void enable_stream(const RecipeItem& item, const char* key, const std::string& module, const std::string& stream) {
    if (choice_.disabled.contains(module)) {
      fail(item, key, "'" + item.text + "' enables the module " + module + ", which modules.disable disables",
           "remove one of them");
    }
    const auto [known, added] = choice_.enabled.try_emplace(module, Enabled{stream, item});
    if (added || known->second.stream == stream) return;
    const std::string place = known->second.item.mark.str();
    fail(item, key,
         "'" + item.text + "' enables another stream of the module " + module + " than '" + known->second.item.text +
             "'" + (place.empty() ? "" : " at " + place),
         "one stream of a module can be enabled");
  }

  const Facts& facts_;
  Choice choice_;
};

}  // namespace

std::vector<std::string> module_names(const Facts& facts) {
  std::set<std::string> names;
  for (const Build& build : facts.builds) names.insert(build.module);
  return {names.begin(), names.end()};
}

Choice choose(const Facts& facts, const RecipeModules& wanted, const std::vector<RecipeItem>& packages,
              const std::vector<std::string>& present) {
  Chooser chooser(facts);
  for (const RecipeItem& item : wanted.disable) chooser.disable(item);
  // Entries with a stream first: what they enable is what an entry without one means.
  for (const bool with_stream : {true, false}) {
    const auto is_turn = [&](const std::string& text) { return (text.find(':') != std::string::npos) == with_stream; };
    for (const RecipeItem& item : wanted.enable) {
      if (is_turn(item.text)) chooser.enable(item);
    }
    for (const RecipeItem& item : packages) {
      if (is_collection(item.text) && is_turn(item.text)) chooser.install(item, item.text.substr(1));
    }
    if (!with_stream) continue;
    for (const std::string& stream : present) chooser.keep(stream);
  }
  return chooser.take();
}

}  // namespace rootlet::modules
