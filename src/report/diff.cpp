#include "rootlet/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/colour.hpp"
#include "base/text.hpp"
#include "markdown.hpp"
#include "words.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

std::int64_t difference(std::uint64_t before, std::uint64_t after) {
  return static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before);
}

std::string size_line(const char* what, std::uint64_t before, std::uint64_t after, bool colours) {
  const std::string sign = after < before ? "-" : after > before ? "+" : "";
  const std::string change = fmt::format("{}; {}{} bytes", signed_size(difference(before, after)), sign,
                                         grouped(std::max(before, after) - std::min(before, after)));
  return fmt::format("  {:<12} {} -> {} ({})\n", what, human_size(before), human_size(after),
                     coloured_change(change, difference(before, after), colours));
}

/// A change at the right of nine columns.
std::string size_cell(std::int64_t bytes, bool colours) {
  return coloured_change(fmt::format("{:>9}", signed_size(bytes)), bytes, colours);
}

/// "4.20 MB of 31.2 MB".
std::string pull_text(std::uint64_t bytes, std::uint64_t all) { return human_size(bytes) + " of " + human_size(all); }

std::string files_text(const FilesDiff& files, bool colours) {
  std::string text = fmt::format("files: {} added, {} removed, {} changed\n", grouped(files.added),
                                 grouped(files.removed), grouped(files.changed));
  const auto list = [&](const char* title, const std::vector<FileDifference>& of) {
    if (!of.empty()) text += std::string("  ") + title + "\n";
    for (const FileDifference& one : of) {
      const std::string name = one.name.empty() ? "of no package" : printable(one.name);
      text += fmt::format("  {}  {}\n", size_cell(difference(one.before, one.after), colours), name);
    }
  };
  std::vector<FileDifference> kinds = files.kinds;
  for (FileDifference& one : kinds) one.name = in_words(one.name);
  list("by kind", kinds);
  list("by package", files.packages);
  list("largest", files.largest);
  return text;
}

std::string advisories_text(const AdvisoryChanges& changes) {
  std::string text = fmt::format("advisories: {} fixed, {} new, {} still open\n", grouped(changes.fixed.size()),
                                 grouped(changes.fresh.size()), grouped(changes.still.size()));
  const auto list = [&](const char* title, const std::vector<AdvisoryName>& names) {
    if (!names.empty()) text += std::string("  ") + title + "\n" + advisory_names_text(names, "    ");
  };
  list("fixed", changes.fixed);
  list("new", changes.fresh);
  list("still open", changes.still);
  return text + not_looked_at_text(changes.not_looked_at, "  ");
}

std::string shown(const std::string& value) { return value.empty() ? "nothing" : "'" + printable(value) + "'"; }

std::string row(const std::string& a, const std::string& b) { return markdown_row({a, b}); }

std::string markdown_cause(const PackageDiff& diff, const ChangeCause& cause) {
  std::string text = markdown_text(sentence(diff, cause));
  if (names_its_change(cause)) return text;
  for (const std::size_t place : cause.changes) {
    const PackageChange& change = diff.changes.at(place);
    text += fmt::format("<br>{} {}", markdown_text(signed_size(change.bytes())), markdown_text(change_text(change)));
  }
  return text;
}

std::string markdown_advisories(const AdvisoryChanges& changes) {
  std::string text = row("advisories", fmt::format("{} fixed, {} new, {} still open", changes.fixed.size(),
                                                   changes.fresh.size(), changes.still.size())) +
                     "| --- | --- |\n";
  const auto list = [&](const char* title, const std::vector<AdvisoryName>& names) {
    for (const AdvisoryName& one : names) {
      text += row(title, markdown_text(one.id + ", " + severity_words(one.severity) +
                                       (one.cves.empty() ? "" : ", " + join(one.cves, ", "))));
    }
  };
  list("fixed", changes.fixed);
  list("new", changes.fresh);
  list("still open", changes.still);
  for (const std::string& part : changes.not_looked_at) text += row("not looked at", markdown_text(part));
  return text;
}

Json sizes_json(const std::vector<FileDifference>& of, const char* name) {
  Json list = Json::array();
  for (const FileDifference& one : of) {
    list.push_back({{name, one.name}, {"before", one.before}, {"after", one.after}});
  }
  return list;
}

Json totals_json(const Totals& totals) {
  return {{"packages", totals.packages}, {"installed_size", totals.installed_size}};
}

/// Clause on what the package of a cause requires: "httpd-… requires mailcap", "httpd-…, which requires
/// /usr/sbin/groupadd [pre]".
std::string asks(const ChangeCause& cause, const CauseWords& words, std::string_view requires_it,
                 std::string_view recommends_it) {
  const bool recommended = cause.edge == EdgeKind::recommends;
  const std::string_view verb = recommended ? recommends_it : requires_it;
  std::string text =
      fmt::format("{}{} {} {}", words.package, verb.starts_with("which") ? "," : "", verb, words.capability);
  if (!recommended && cause.edge != EdgeKind::runtime) text += fmt::format(" [{}]", edge_kind_name(cause.edge));
  return text;
}

std::string companion(const ChangeCause& cause, const CauseWords& words) {
  const bool came = cause.after.has_value();
  const std::string& other = came ? words.after : words.before;
  switch (cause.edge) {
    case EdgeKind::supplements:
      return fmt::format("{} {} {}, {} is there", other, came ? "supplements" : "supplemented", words.capability,
                         words.package);
    case EdgeKind::conflicts:
      return fmt::format("{} {} the conflict of {} with {}", other, came ? "averts" : "averted", words.package,
                         words.capability);
    default: return fmt::format("{} {} there for {}, of 32 bits", other, came ? "is" : "was", words.package);
  }
}

}  // namespace

std::string signed_size(std::int64_t bytes) {
  if (bytes == 0) return "0 B";
  return (bytes < 0 ? "-" : "+") + human_size(static_cast<std::uint64_t>(std::abs(bytes)));
}

std::string change_text(const PackageChange& change) {
  const std::string of_base = change.in_base ? ", of the base" : "";
  if (!change.before || change.before == change.after) return text_of(change.after) + of_base;
  if (!change.after) return change.before->str() + of_base;
  if (change.kind == ChangeKind::renamed) return change.before->str() + " -> " + change.after->str() + of_base;
  return change.after->name + " " + change.before->evr() + " -> " + change.after->evr() + of_base;
}

bool names_its_change(const ChangeCause& cause) {
  return cause.changes.size() == 1 && (cause.kind == CauseKind::updated || cause.kind == CauseKind::renamed);
}

CauseWords words_of(const ChangeCause& cause) {
  return {cause.root, text_of(cause.package), capability_words(cause.capability), text_of(cause.before),
          text_of(cause.after)};
}

std::string sentence(const PackageDiff& diff, const ChangeCause& cause) {
  return sentence(diff, cause, words_of(cause));
}

std::string sentence(const PackageDiff& diff, const ChangeCause& cause, const CauseWords& words) {
  const auto asking = [&](std::string_view requires_it, std::string_view recommends_it) {
    return asks(cause, words, requires_it, recommends_it);
  };
  switch (cause.kind) {
    case CauseKind::line_added: return words.root + " is new";
    case CauseKind::line_removed: return words.root + " is gone";
    case CauseKind::line_changed: return words.root + " stands for other packages now";
    case CauseKind::requirement_added: return asking("now requires", "now recommends");
    case CauseKind::requirement_met:
      return asking("requires", "recommends") + ", for which no other package was there before";
    case CauseKind::requirement_dropped: return asking("required", "recommended") + ", its successor does not";
    case CauseKind::requirement_unmet:
      return asking("required", "recommended") + ", for which no other package is there any more";
    case CauseKind::provider_swapped:
      return words.after + " in place of " + words.before + " for " + asking("which requires", "which recommends");
    case CauseKind::provider_joined:
      return words.after + " beside " + words.before + " for " + asking("which requires", "which recommends");
    case CauseKind::provider_left:
      return words.after + " alone, without " + words.before + ", for " + asking("which requires", "which recommends");
    case CauseKind::companion: return companion(cause, words);
    case CauseKind::renamed: return words.after + " takes the place of " + words.before;
    case CauseKind::updated: {
      const PackageChange& change = diff.changes.at(cause.changes.front());
      return fmt::format("{}: {}", change_kind_name(change.kind), change_text(change));
    }
    case CauseKind::unexplained: return "nothing leads to these packages";
  }
  return "";
}

Json to_json(const PackageDiff& diff, const ChangeCause& cause) {
  Json changes = Json::array();
  for (const std::size_t place : cause.changes) {
    const PackageChange& change = diff.changes.at(place);
    changes.push_back({{"kind", change_kind_name(change.kind)},
                       {"before", text_of(change.before)},
                       {"after", text_of(change.after)},
                       {"size_before", change.size_before},
                       {"size_after", change.size_after},
                       {"bytes", change.bytes()}});
    if (change.in_base) changes.back()["in_base"] = true;
  }
  return {{"kind", cause_kind_name(cause.kind)},
          {"sentence", sentence(diff, cause)},
          {"bytes", cause.bytes},
          {"root", cause.root},
          {"package", text_of(cause.package)},
          {"capability", cause.capability},
          {"edge", edge_kind_name(cause.edge)},
          {"before", text_of(cause.before)},
          {"after", text_of(cause.after)},
          {"changes", changes}};
}

std::string causes_text(const PackageDiff& diff, bool colours) {
  if (diff.causes.empty()) return "the same packages\n";
  std::string text;
  for (const ChangeCause& cause : diff.causes) {
    text += fmt::format("\n{}  {}\n", size_cell(cause.bytes, colours), printable(sentence(diff, cause)));
    if (names_its_change(cause)) continue;
    for (const std::size_t place : cause.changes) {
      const PackageChange& change = diff.changes.at(place);
      text += fmt::format("           {}  {} {}\n", size_cell(change.bytes(), colours),
                          !change.before  ? "+"
                          : !change.after ? "-"
                                          : "=",
                          printable(change_text(change)));
    }
  }
  return text;
}

std::string to_text(const Diff& diff, bool colours) {
  const PackageDiff& packages = diff.packages;
  std::string text = printable(fmt::format("{} -> {}\n", diff.before, diff.after));
  const bool compared = diff.not_compared.empty();
  if (compared) {
    text += fmt::format("  {:<12} {} -> {}\n", "packages", grouped(packages.before.packages),
                        grouped(packages.after.packages));
    text += size_line("installed", packages.before.installed_size, packages.after.installed_size, colours);
  }
  if (diff.files) text += size_line("files", diff.files->before, diff.files->after, colours);
  if (diff.compressed_before && diff.compressed_after) {
    text += size_line("compressed", *diff.compressed_before, *diff.compressed_after, colours);
  }
  if (diff.pull) text += fmt::format("  {:<12} {}\n", "to pull", pull_text(*diff.pull, *diff.compressed_after));
  text += compared ? causes_text(packages, colours) : "not compared: " + printable(diff.not_compared) + "\n";
  if (diff.files) text += "\n" + files_text(*diff.files, colours);
  if (diff.advisories) text += "\n" + advisories_text(*diff.advisories);
  if (!diff.config.empty()) text += "\nconfiguration\n";
  for (const ConfigDifference& one : diff.config) {
    text += fmt::format("  {}: {} -> {}\n", printable(one.field), shown(one.before), shown(one.after));
  }
  return text;
}

std::string to_markdown(const Diff& diff) {
  const PackageDiff& packages = diff.packages;
  const auto bytes = [](std::uint64_t before, std::uint64_t after) {
    return fmt::format("{} → {} ({})", human_size(before), human_size(after),
                       markdown_text(signed_size(difference(before, after))));
  };
  std::string text = fmt::format("### {} → {}\n\n", markdown_text(diff.before), markdown_text(diff.after));
  text += row("", "") + "| --- | --- |\n";
  if (diff.not_compared.empty()) {
    text += row("packages", fmt::format("{} → {}", packages.before.packages, packages.after.packages));
    text += row("installed", bytes(packages.before.installed_size, packages.after.installed_size));
  }
  if (diff.files) text += row("files", bytes(diff.files->before, diff.files->after));
  if (diff.compressed_before && diff.compressed_after) {
    text += row("compressed", bytes(*diff.compressed_before, *diff.compressed_after));
  }
  if (diff.pull) text += row("to pull", pull_text(*diff.pull, *diff.compressed_after));
  if (!diff.not_compared.empty()) text += "\nnot compared: " + markdown_text(diff.not_compared) + "\n";
  if (!packages.causes.empty()) text += "\n" + row("bytes", "cause") + "| ---: | --- |\n";
  for (const ChangeCause& cause : packages.causes) {
    text += row(markdown_text(signed_size(cause.bytes)), markdown_cause(packages, cause));
  }
  if (diff.advisories) text += "\n" + markdown_advisories(*diff.advisories);
  if (!diff.config.empty()) text += "\n" + row("configuration", "") + "| --- | --- |\n";
  for (const ConfigDifference& one : diff.config) {
    text += row(markdown_text(one.field), markdown_text(shown(one.before)) + " → " + markdown_text(shown(one.after)));
  }
  return text;
}

Json to_json(const Diff& diff) {
  Json causes = Json::array();
  for (const ChangeCause& cause : diff.packages.causes) causes.push_back(to_json(diff.packages, cause));
  Json config = Json::array();
  for (const ConfigDifference& one : diff.config) {
    config.push_back({{"field", one.field}, {"before", one.before}, {"after", one.after}});
  }
  Json json{{"before", {{"name", diff.before}}}, {"after", {{"name", diff.after}}}, {"causes", causes}};
  if (diff.not_compared.empty()) {
    json["before"].update(totals_json(diff.packages.before));
    json["after"].update(totals_json(diff.packages.after));
  } else {
    json["not_compared"] = Json::array({diff.not_compared});
  }
  if (diff.compressed_before) json["before"]["compressed_size"] = *diff.compressed_before;
  if (diff.compressed_after) json["after"]["compressed_size"] = *diff.compressed_after;
  if (diff.pull) json["pull"] = *diff.pull;
  if (diff.not_compared.empty()) json["bytes"] = diff.packages.bytes();
  if (diff.files) {
    json["files"] = {{"before", diff.files->before},
                     {"after", diff.files->after},
                     {"added", diff.files->added},
                     {"removed", diff.files->removed},
                     {"changed", diff.files->changed},
                     {"kinds", sizes_json(diff.files->kinds, "kind")},
                     {"packages", sizes_json(diff.files->packages, "package")},
                     {"largest", sizes_json(diff.files->largest, "path")}};
  }
  if (diff.advisories) {
    json["advisories"] = {{"fixed", advisory_names_json(diff.advisories->fixed)},
                          {"new", advisory_names_json(diff.advisories->fresh)},
                          {"still_open", advisory_names_json(diff.advisories->still)},
                          {"not_looked_at", diff.advisories->not_looked_at}};
  }
  json["config"] = config;
  return json;
}

}  // namespace rootlet::report
