#include "scriptlets.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "rootfs/foreign.hpp"
#include "rootlet/error.hpp"
#include "rpm/triggers.hpp"

namespace rootlet::make {
namespace {

/// As the transaction has it: what runs before files come may not fail.
constexpr std::array<std::string_view, 3> early{"%pretrans", "%pre", "%triggerprein"};

/// A scriptlet or trigger that an installation runs.
struct Due {
  const rpm::VerifiedPackage* package;
  const rpm::Scriptlet* scriptlet;
  std::string set_off_by;  ///< of a trigger: a package or how a path begins
};

/// Package or path that sets a trigger off; nothing: none does.
std::optional<std::string> what_sets_off(const rpm::Scriptlet& trigger, const Verified& packages, bool docs) {
  for (const rpm::TriggerCondition& condition : trigger.conditions) {
    for (const rpm::VerifiedPackage& package : packages) {
      if (!trigger.of_files) {
        if (rpm::is_set_off_by(condition, package.nevra())) return package.nevra().name;
        continue;
      }
      const auto& files = package.header().files;
      const bool any = std::any_of(files.begin(), files.end(), [&](const PackageFile& file) {
        return file.path.starts_with(condition.name) && (docs || !file.doc);
      });
      if (any) return condition.name;
    }
  }
  return std::nullopt;
}

std::vector<Due> due_in(const Verified& packages, bool docs) {
  std::vector<Due> all;
  for (const rpm::VerifiedPackage& package : packages) {
    for (const rpm::Scriptlet& scriptlet : package.header().scriptlets) {
      const bool is_trigger = !scriptlet.conditions.empty();
      const auto by = is_trigger ? what_sets_off(scriptlet, packages, docs) : std::string();
      if (by) all.push_back({&package, &scriptlet, *by});
    }
  }
  return all;
}

/// The first line of a script that does something.
std::string first_line(const std::string& body) {
  constexpr std::size_t shown = 100;
  for (std::size_t begin = 0; begin < body.size();) {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    std::string line = body.substr(begin, end - begin);
    begin = end + 1;
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty() || line.front() == '#' || line.starts_with("--")) continue;
    if (line.size() > shown) line = line.substr(0, shown) + "…";
    return line;
  }
  return {};
}

/// "web-0:1-1.noarch: %post runs /bin/sh: systemctl preset web.service".
std::string sentence(const Due& one) {
  const rpm::Scriptlet& scriptlet = *one.scriptlet;
  std::string text = one.package->nevra().str() + ": " + scriptlet.kind;
  if (!one.set_off_by.empty()) text += ", which " + one.set_off_by + " sets off,";
  text += " runs " + scriptlet.program;
  const std::string line = first_line(scriptlet.body);
  return printable(line.empty() ? text : text + ": " + line);
}

std::string listed(const std::vector<Due>& all) {
  std::string text;
  for (const Due& one : all) text += "\n  " + sentence(one);
  return text;
}

/// Lua runs in rpm itself, and needs a program where it says so.
bool needs_program(const rpm::Scriptlet& scriptlet) {
  if (!scriptlet.program.starts_with("<lua>")) return true;
  constexpr std::array<std::string_view, 3> words{"exec", "spawn", "popen"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return scriptlet.body.find(word) != std::string::npos; });
}

std::size_t packages_of(const std::vector<Due>& all) {
  std::set<const rpm::VerifiedPackage*> packages;
  for (const Due& one : all) packages.insert(one.package);
  return packages.size();
}

[[noreturn]] void refuse(const std::vector<Due>& refused) {
  throw Error("no scriptlet may run (scriptlets: none), and " + counted(packages_of(refused), "package") +
                  " would run some:" + listed(refused),
              "choose packages that need none, or let them run (scriptlets: run); where the image can do without what "
              "they would have done: scriptlets_left_out: [" +
                  refused.front().package->nevra().name + "]");
}

/// Whether the transaction goes on where it fails.
bool may_fail(const Due& one, const std::set<Nevra>& packages) {
  const bool is_early = std::find(early.begin(), early.end(), one.scriptlet->kind) != early.end();
  return !is_early && packages.contains(one.package->nevra());
}

}  // namespace

std::vector<LeftOutScriptlet> left_out_scriptlets(const Recipe& recipe, const Verified& packages,
                                                  const std::set<Nevra>& named) {
  std::vector<LeftOutScriptlet> left_out;
  if (recipe.scriptlets == Scriptlets::run) return left_out;
  std::vector<Due> refused;
  for (Due& one : due_in(packages, recipe.selection.docs)) {
    const rpm::Scriptlet& scriptlet = *one.scriptlet;
    if (named.contains(one.package->nevra())) {
      left_out.push_back(
          {one.package->nevra(), scriptlet.kind, printable(scriptlet.program), printable(first_line(scriptlet.body))});
    } else {
      refused.push_back(std::move(one));
    }
  }
  if (!refused.empty()) refuse(refused);
  return left_out;
}

void require_emulator(const Recipe& recipe, const Verified& packages, const std::set<Nevra>& can_fail) {
  std::vector<Due> needed;
  if (recipe.scriptlets == Scriptlets::run) {
    for (Due& one : due_in(packages, recipe.selection.docs)) {
      if (needs_program(*one.scriptlet) && !may_fail(one, can_fail)) needed.push_back(std::move(one));
    }
  }
  if (needed.empty() && recipe.tests.empty()) return;
  const auto cause = rootfs::why_not_run(recipe.selection.arch);
  if (!cause) return;
  if (!needed.empty()) {
    throw Error(*cause + ", and " + counted(packages_of(needed), "package") + " would run some:" + listed(needed),
                std::string(rootfs::emulator_hint) + "; packages without scriptlets need none (scriptlets: none)");
  }
  throw Error(
      recipe.tests.front().mark.str() + ": " + *cause + ", and a test would run some",
      std::string(rootfs::emulator_hint) + "; or have the test on other architectures only: {run: […], arch: x86_64}");
}

}  // namespace rootlet::make
