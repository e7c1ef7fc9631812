#include <algorithm>
#include <array>

#include "containerfile.hpp"
#include "repo.hpp"

namespace rootlet::imports {
namespace {

constexpr std::array<std::string_view, 7> programs{"dnf", "dnf5", "dnf-3", "dnf4", "microdnf", "yum", "tdnf"};
/// Options whose value may be the next word.
constexpr std::array<std::string_view, 23> with_value{"--setopt",
                                                      "--installroot",
                                                      "--releasever",
                                                      "--exclude",
                                                      "-x",
                                                      "--excludepkgs",
                                                      "--repo",
                                                      "--repoid",
                                                      "--enablerepo",
                                                      "--disablerepo",
                                                      "--repofrompath",
                                                      "-c",
                                                      "--config",
                                                      "--forcearch",
                                                      "--arch",
                                                      "--advisory",
                                                      "--disableplugin",
                                                      "--enableplugin",
                                                      "--downloaddir",
                                                      "-d",
                                                      "-e",
                                                      "--debuglevel",
                                                      "--errorlevel"};

template <class List>
bool is_in(std::string_view word, const List& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void read_setting(const std::string& text, DnfCall& call) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return;
  const std::string name = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  if (name == "install_weak_deps") call.weak_deps = read_switch(value);
  if (name == "tsflags" && value.find("nodocs") != std::string::npos) call.docs = false;
}

void read_option(const ShellWord& option, const ShellWord& value, DnfCall& call) {
  const std::string& name = option.text;
  if (name == "--setopt") {
    read_setting(value.text, call);
  } else if (name == "--installroot") {
    call.install_root = value.text;
  } else if (name == "--releasever") {
    call.releasever = value.open ? "" : value.text;
  } else if (name == "--exclude" || name == "-x" || name == "--excludepkgs") {
    for (const std::string& one : list_words(value.text)) call.exclude.push_back({one, value.line, value.open});
  } else if (name == "--repo" || name == "--repoid" || name == "--enablerepo" || name == "--disablerepo") {
    call.repos.push_back({name + "=" + value.text, value.line, value.open});
  } else if (name == "--repofrompath") {
    call.repo_from_path.push_back(value);
  }
}

void read_flag(const std::string& name, DnfCall& call) {
  if (name == "--nodocs") call.docs = false;
  if (name == "--nogpgcheck" || name == "--no-gpgchecks") call.gpgcheck = false;
}

void read_words(const std::vector<ShellWord>& words, DnfCall& call) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const ShellWord& word = words[i];
    if (!word.text.starts_with('-')) {
      call.words.push_back(word);
      continue;
    }
    const std::size_t equals = word.text.find('=');
    const ShellWord name{word.text.substr(0, equals), word.line, word.open};
    if (!is_in(name.text, with_value)) {
      read_flag(name.text, call);
    } else if (equals != std::string::npos) {
      read_option(name, {word.text.substr(equals + 1), word.line, word.open}, call);
    } else if (i + 1 < words.size()) {
      read_option(name, words[++i], call);
    }
  }
}

Mark mark_of(const std::string& file, int line) { return {file, line, 1}; }

std::string why_call_left(const std::string& command) {
  constexpr std::array<std::string_view, 8> of_caches{"clean",         "makecache",  "repolist", "check-update",
                                                      "check-upgrade", "autoremove", "info",     "list"};
  constexpr std::array<std::string_view, 6> of_upgrades{"update",       "upgrade",         "distro-sync",
                                                        "dist-upgrade", "upgrade-minimal", "update-minimal"};
  if (is_in(command, of_caches)) return "an image of rootlet has no cache of packages";
  if (is_in(command, of_upgrades)) {
    return "what is installed is the newest already; with a base, upgrade: all or security says what gives way";
  }
  if (command == "remove" || command == "erase")
    return "what nothing asks for is not installed; exclude keeps packages out";
  if (command == "config-manager" || command == "copr") return "the recipe names its repositories in repos";
  if (command.starts_with("module")) return "modules: enable and disable say which streams there are";
  return "recipes have nothing like it";
}

void take_words(const DnfCall& call, const std::string& key, const std::string& prefix, const std::string& file,
                const std::string& why, RecipeDraft& draft) {
  for (const ShellWord& word : call.words) {
    const Mark mark = mark_of(file, word.line);
    if (word.open) {
      draft.leave(mark, word.text, "only a shell could tell what that is");
    } else {
      const bool one_arch = key == "packages" && !call.arch.empty();
      const auto arches = one_arch ? std::vector{call.arch} : std::vector<std::string>();
      draft.add(key, item_value(prefix + word.text, arches, mark), word.text, why);
    }
  }
}

void take_settings(const DnfCall& call, const std::string& file, RecipeDraft& draft) {
  const Mark mark = mark_of(file, call.line);
  if (call.weak_deps) draft.set("weak_deps", bool_value(*call.weak_deps, mark), "install_weak_deps");
  if (call.docs) draft.set("docs", bool_value(*call.docs, mark), "nodocs");
  if (!call.releasever.empty()) draft.set("releasever", text_value(call.releasever, mark), "--releasever");
  for (const ShellWord& one : call.exclude) {
    draft.add("exclude", text_value(one.text, mark_of(file, one.line)), "--exclude=" + one.text);
  }
  for (const ShellWord& one : call.repos) {
    draft.leave(mark_of(file, one.line), one.text, "the recipe names its repositories in repos");
  }
  for (const ShellWord& one : call.repo_from_path) {
    const Mark at = mark_of(file, one.line);
    const std::size_t comma = one.text.find(',');
    if (one.open || comma == std::string::npos) {
      draft.leave(at, "--repofrompath=" + one.text, "only a shell could tell what that is");
      continue;
    }
    ForeignRepo repo{one.text.substr(0, comma), at, {}};
    repo.keys.push_back({"baseurl", at, text_value(one.text.substr(comma + 1), at)});
    if (!call.gpgcheck) repo.keys.push_back({"gpgcheck", at, text_value("0", at)});
    take_repo(repo, draft);
  }
  if (!call.gpgcheck && call.repo_from_path.empty()) {
    draft.leave(mark, "--nogpgcheck", "signatures are checked; gpgcheck: false of a repository says otherwise");
  }
}

}  // namespace

std::optional<DnfCall> dnf_call(const ShellCommand& command) {
  const std::string& path = command.words.front().text;
  if (!is_in(path.substr(path.rfind('/') + 1), programs)) return std::nullopt;
  DnfCall call;
  call.line = command.words.front().line;
  call.arch = command.arch;
  call.conditional = command.conditional && command.arch.empty();
  read_words(command.words, call);
  if (call.words.empty()) return call;
  call.command = call.words.front().text;
  call.words.erase(call.words.begin());
  if ((call.command == "group" || call.command == "module" || call.command == "groups") && !call.words.empty()) {
    call.command = (call.command == "groups" ? "group" : call.command) + " " + call.words.front().text;
    call.words.erase(call.words.begin());
  }
  return call;
}

std::optional<DnfCall> dnf_call_of_xargs(const ShellCommand& command) {
  const auto is_program = [](const ShellWord& word) {
    return is_in(word.text.substr(word.text.rfind('/') + 1), programs);
  };
  const auto begin = std::find_if(command.words.begin(), command.words.end(), is_program);
  if (begin == command.words.end() || !command.words.front().text.ends_with("xargs")) return std::nullopt;
  ShellCommand inner = command;
  inner.words.assign(begin, command.words.end());
  return dnf_call(inner);
}

void take_dnf_call(const DnfCall& call, const std::string& file, const std::string& why, RecipeDraft& draft) {
  if (call.command == "install" || call.command == "localinstall" || call.command == "in") {
    take_words(call, "packages", "", file, why, draft);
  } else if (call.command == "groupinstall" || call.command == "group install" || call.command == "module install") {
    take_words(call, "packages", "@", file, why, draft);
  } else if (call.command == "module enable" || call.command == "module disable") {
    take_words(call, "modules." + call.command.substr(7), "", file, why, draft);
  } else {
    return draft.leave(mark_of(file, call.line), "dnf " + call.command, why_call_left(call.command));
  }
  take_settings(call, file, draft);
}

}  // namespace rootlet::imports
