#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

/// Longest text that is shown whole, in bytes: metadata can hold names of any length.
constexpr std::size_t longest_name = 120;
/// Most names in one sentence.
constexpr std::size_t most_names = 3;

std::string shortened(const std::string& text) {
  if (text.size() <= longest_name) return text;
  return text.substr(0, longest_name) + "…";
}

/// Version as RPM prints it: without an epoch of 0.
std::string evr(const Nevra& nevra) {
  return (nevra.epoch > 0 ? std::to_string(nevra.epoch) + ":" : "") + nevra.version + "-" + nevra.release;
}

std::string full(const Nevra& nevra) { return shortened(nevra.name + "-" + evr(nevra) + "." + nevra.arch); }

/// Packages of one name: "foo-1-1.x86_64", "foo-1-1 (i686, x86_64)", "all 3 versions of foo (1-1 … 3-1)".
std::string versions(const std::vector<Nevra>& packages, bool all) {
  if (packages.size() == 1) return full(packages.front());
  std::vector<std::string> evrs;
  std::set<std::string> arches;
  for (const Nevra& nevra : packages) {
    if (evrs.empty() || evrs.back() != evr(nevra)) evrs.push_back(evr(nevra));
    arches.insert(nevra.arch);
  }
  const std::string name = shortened(packages.front().name);
  if (evrs.size() == 1) {
    return fmt::format("{}-{} ({})", name, evrs.front(),
                       join(std::vector<std::string>(arches.begin(), arches.end()), ", "));
  }
  if (evrs.size() == 2)
    return fmt::format("{} of {} ({} and {})", all ? "both versions" : "2 versions", name, evrs.front(), evrs.back());
  return fmt::format("{}{} versions of {} ({} … {})", all ? "all " : "", evrs.size(), name, evrs.front(), evrs.back());
}

std::string subject(const std::vector<Nevra>& packages, bool all) {
  std::vector<std::vector<Nevra>> by_name;
  for (const Nevra& nevra : packages) {
    if (by_name.empty() || by_name.back().front().name != nevra.name) by_name.emplace_back();
    by_name.back().push_back(nevra);
  }
  std::vector<std::string> parts;
  for (const auto& group : by_name) parts.push_back(versions(group, all));
  if (parts.empty()) return "a package";
  if (parts.size() == 1) return parts.front();
  if (parts.size() > most_names + 1) {
    const std::size_t left = parts.size() - most_names;
    parts.resize(most_names);
    parts.push_back(fmt::format("{} more", left));
  }
  const std::string last = parts.back();
  parts.pop_back();
  return join(parts, ", ") + " and " + last;
}

std::string capabilities(const ProblemNode& node) {
  if (node.capabilities.empty()) return "something";
  const std::string& first = node.capabilities.front();
  const std::string& last = node.capabilities.back();
  if (first == last) return shortened(first);
  // "libx = 1-1 … 3-1": the part that they have in common stands there once.
  const auto space = last.rfind(' ');
  const bool common = space != std::string::npos && first.compare(0, space + 1, last, 0, space + 1) == 0;
  return shortened(first) + " … " + shortened(common ? last.substr(space + 1) : last);
}

/// Packages that an entry stands for, in parentheses; empty where its text tells.
std::string meaning(const ProblemNode& node) {
  for (const Nevra& nevra : node.packages) {
    if (!node.entry.starts_with(nevra.name)) return " (" + subject(node.packages, false) + ")";
  }
  return "";
}

std::string asked(const ProblemNode& node) {
  std::string text = "the recipe asks for " + (node.entry.empty() ? "a set of packages" : node.entry);
  if (!node.via.empty()) text += ", " + node.via;
  if (node.why == Obstacle::best)
    return text + ", and only the best candidate counts: " + subject(node.packages, false);
  return text + meaning(node);
}

std::string arches(const std::vector<Nevra>& packages) {
  std::set<std::string> found;
  for (const Nevra& nevra : packages) found.insert(nevra.arch);
  return join(std::vector<std::string>(found.begin(), found.end()), ", ");
}

std::string requirement(const ProblemNode& node, const std::string& who, const char* verb) {
  if (node.count > 0) return fmt::format("… {} in between …", counted(node.count, "requirement"));
  const std::string what = fmt::format("{} {} {}", who, verb, capabilities(node));
  const std::string others = subject(node.others, false);
  if (node.why == Obstacle::nothing_provides) {
    return what + ", which no package provides" +
           (node.others.empty() ? "" : (node.others.size() > 1 ? ": there are only " : ": there is only ") + others);
  }
  if (node.why == Obstacle::needs) {
    return what + (node.all ? ", which only " + others + " provides" : ": only " + others + " is left");
  }
  if (!node.others.empty())
    return fmt::format("{} cannot be installed beside {}, for that {} {}", others, who, verb, capabilities(node));
  return what;
}

std::string unmatched(const std::string& entry) {
  if (entry.starts_with('/')) return "no package in the repositories has this file";
  return "no package in the repositories has this name or provides it";
}

}  // namespace

std::string sentence(const ProblemNode& node) {
  const bool many = node.packages.size() > 1;
  const std::string who = subject(node.packages, node.all);
  const std::string others = subject(node.others, false);
  const auto verb = [&](const char* one, const char* several) { return many ? several : one; };
  switch (node.why) {
    case Obstacle::asked:
    case Obstacle::best: return asked(node);
    case Obstacle::requires_:
    case Obstacle::needs:
    case Obstacle::nothing_provides: return requirement(node, who, verb("requires", "require"));
    case Obstacle::cannot: return who + " cannot be installed:";
    case Obstacle::no_match: return unmatched(node.entry);
    case Obstacle::excluded:
      return fmt::format("{} {} excluded by '{}'{}", who, verb("is", "are"), node.entry,
                         node.mark.file.empty() ? "" : " (" + node.mark.str() + ")");
    case Obstacle::hidden: return fmt::format("{} {} hidden by {}", who, verb("is", "are"), node.entry);
    case Obstacle::wrong_arch:
      return fmt::format("{} {} for {}, but the image is for {}", who, verb("is", "are"), arches(node.packages),
                         node.entry);
    case Obstacle::not_installable: return who + " cannot be installed: the solver rejects it and gives no reason";
    case Obstacle::conflicts:
      return fmt::format("{} {} with {}, provided by {}", who, verb("conflicts", "conflict"), capabilities(node),
                         others);
    case Obstacle::self_conflict:
      return fmt::format("{} {} with {}, which it provides itself", who, verb("conflicts", "conflict"),
                         capabilities(node));
    case Obstacle::obsoletes:
      return fmt::format("{} {} {}, that is {}", who, verb("obsoletes", "obsolete"), capabilities(node), others);
    case Obstacle::same_name:
      return fmt::format("{} cannot be installed beside {}: only one version of a package can", who, others);
    case Obstacle::inferior_arch:
      return fmt::format("{} {} for {}, but the package exists for a better architecture", who, verb("is", "are"),
                         arches(node.packages));
    case Obstacle::both_obsolete: return fmt::format("{} and {} both obsolete {}", who, others, capabilities(node));
    case Obstacle::low_priority: return fmt::format("{} {} in a repository of lower priority", who, verb("is", "are"));
    case Obstacle::on_request_only: return who + " can only be installed if the recipe names it";
    case Obstacle::other:
      return node.entry.empty() ? who + " cannot be installed: the solver gives no reason" : node.entry;
    case Obstacle::told: return who + " cannot be installed";
    case Obstacle::more:
      return fmt::format("… and {}, which cannot be installed either", counted(node.count, "more package"));
  }
  return "";
}

std::string sentence(const RecipeChange& change) {
  std::string text = change.mark.file.empty() ? "" : change.mark.str() + ": ";
  if (!change.from.empty() && !change.to.empty())
    return text + fmt::format("write '{}' instead of '{}'", change.to, change.from);
  if (change.list == "modules.enable")
    return text + fmt::format("enable a module stream: modules: {{enable: [\"{}\"]}}", change.to);
  if (change.list == "exclude") return text + fmt::format("remove '{}' from 'exclude'", change.from);
  return text + fmt::format("leave out '{}'", change.from);
}

namespace {

/// Writes trees with box drawing; a node that is told elsewhere is referred to by a number.
class ProblemDrawing {
 public:
  explicit ProblemDrawing(const Unsolvable& unsolvable) : unsolvable_(unsolvable) {
    std::set<std::size_t> referred;
    for (const ProblemNode& node : unsolvable.nodes) {
      if (node.why == Obstacle::told) referred.insert(node.told);
    }
    for (const std::size_t node : referred) numbers_.emplace(node, numbers_.size() + 1);
  }

  std::string problem(const Problem& problem) {
    text_.clear();
    for (const std::size_t root : problem.roots) {
      const ProblemNode& node = unsolvable_.nodes[root];
      if (!node.mark.file.empty()) text_ += printable(node.mark.str()) + ": ";
      line(root);
      children(node, "");
    }
    for (const Hint& hint : problem.hints) text_ += "hint: " + printable(hint.text) + "\n";
    return text_;
  }

 private:
  void line(std::size_t index) {
    const ProblemNode& node = unsolvable_.nodes[index];
    text_ += one_line(sentence(node));
    if (node.why == Obstacle::told) text_ += fmt::format(": see [{}]", numbers_.at(node.told));
    if (const auto number = numbers_.find(index); number != numbers_.end())
      text_ += fmt::format("  [{}]", number->second);
    text_ += "\n";
  }

  void children(const ProblemNode& node, const std::string& indent) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      const std::size_t child = node.children[i];
      text_ += indent + (last ? "└─ " : "├─ ");
      // Inside a tree an entry of the recipe is named where it is spoken of.
      const ProblemNode& inner = unsolvable_.nodes[child];
      if ((inner.why == Obstacle::asked || inner.why == Obstacle::best) && !inner.mark.file.empty()) {
        text_ += printable(inner.mark.str()) + ": ";
      }
      line(child);
      children(inner, indent + (last ? "   " : "│  "));
    }
  }

  /// Replaces line ends and tabs: names from metadata must not break the tree's lines.
  static std::string one_line(std::string text) {
    for (char& c : text) {
      if (c == '\n' || c == '\t') c = ' ';
    }
    return printable(text);
  }

  const Unsolvable& unsolvable_;
  std::map<std::size_t, std::size_t> numbers_;
  std::string text_;
};

std::string ways_out(const Unsolvable& unsolvable) {
  const auto& changes = unsolvable.changes;
  if (changes.empty()) return "";
  if (changes.size() == 1) return "hint: this gives a solution: " + printable(sentence(changes.front())) + "\n";
  std::string text = unsolvable.together ? "hint: these changes together give a solution:\n"
                                         : "hint: each of these changes gives a solution:\n";
  for (const RecipeChange& change : changes) text += "  " + printable(sentence(change)) + "\n";
  return text;
}

}  // namespace

std::string to_text(const Unsolvable& unsolvable) {
  ProblemDrawing drawing(unsolvable);
  std::string text;
  for (const Problem& problem : unsolvable.problems) {
    if (!text.empty()) text += "\n";
    text += drawing.problem(problem);
  }
  if (unsolvable.left_out > 0) text += fmt::format("\n… and {}\n", counted(unsolvable.left_out, "more problem"));
  const std::string ways = ways_out(unsolvable);
  if (!ways.empty() && unsolvable.problems.size() > 1) text += "\n";
  return text + ways;
}

}  // namespace rootlet::report
