#include "rootlet/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/colour.hpp"
#include "base/text.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;
using Iterator = std::vector<Finding>::const_iterator;

constexpr std::ptrdiff_t most_of_a_rule = 20;

std::string line(const Finding& finding) {
  std::string where = finding.path;
  if (const std::string package = text_of(finding.package); !package.empty()) {
    where += where.empty() ? package : fmt::format(" ({})", package);
  }
  return one_line(where.empty() ? finding.message : where + ": " + finding.message);
}

/// "error:", in its colour.
std::string level_text(Severity severity, bool colours) {
  const Colour colour = severity == Severity::error     ? Colour::bad
                        : severity == Severity::warning ? Colour::warning
                                                        : Colour::aside;
  return coloured(std::string(severity_name(severity)) + ":", colour, colours);
}

/// Block of the findings of one rule and severity.
std::string group_text(Iterator begin, Iterator end, const AuditTextOptions& options) {
  const AuditRule* rule = analysis::audit_rule(begin->rule);
  const std::ptrdiff_t count = end - begin;
  const std::ptrdiff_t shown = options.all ? count : std::min(count, most_of_a_rule);
  std::string text =
      fmt::format("{} {} [{}], {}\n", level_text(begin->severity, options.colours), rule == nullptr ? "" : rule->title,
                  begin->rule, counted(static_cast<std::uint64_t>(count), "finding"));
  for (auto each = begin; each != begin + shown; ++each) text += "  " + line(*each) + "\n";
  if (shown < count) text += fmt::format("  and {} more (--all shows them)\n", count - shown);
  return text + "  -> " + begin->advice + "\n\n";
}

std::string accepted_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    if (finding.accepted.empty()) continue;
    text += fmt::format("  {} [{}]: {}\n    accepted: {}\n", severity_name(finding.severity), finding.rule,
                        line(finding), one_line(finding.accepted));
  }
  return text.empty() ? "" : "accepted:\n" + text + "\n";
}

std::string summary_text(const analysis::Audit& audit, bool accepted_shown) {
  const analysis::FindingCounts counts = analysis::count(audit.findings);
  std::string text = fmt::format("{}, {}, {}", counted(counts.errors, "error"), counted(counts.warnings, "warning"),
                                 counted(counts.notes, "note"));
  if (counts.accepted > 0) {
    text += fmt::format("; {} accepted{}", grouped(counts.accepted), accepted_shown ? "" : " (-v shows them)");
  }
  text += "\n";
  for (const std::string& what : audit.not_looked_at) text += "not looked at: " + one_line(what) + "\n";
  return text;
}

/// "Trivy: 117 of 117 packages, centos 7".
std::string scanner_text(const analysis::ScannerView& view) {
  std::string text = fmt::format("  {}: ", view.name);
  text += view.of ? fmt::format("{} of {}", grouped(view.packages), counted(*view.of, "package")) : "no packages";
  text += view.distribution.empty() ? ", distribution not recognized" : ", " + one_line(view.distribution);
  if (!view.why.empty()) text += ": " + one_line(join(view.why, "; "));
  return text + "\n";
}

std::string scanners_text(const std::vector<analysis::ScannerView>& scanners) {
  std::string text = scanners.empty() ? "" : "what scanners see:\n";
  for (const analysis::ScannerView& view : scanners) text += scanner_text(view);
  return text;
}

Json scanners_json(const std::vector<analysis::ScannerView>& scanners) {
  Json list = Json::array();
  for (const analysis::ScannerView& view : scanners) {
    list.push_back({{"scanner", view.id},
                    {"packages", view.packages},
                    {"of", view.of ? Json(*view.of) : Json()},
                    {"distribution", view.distribution.empty() ? Json() : Json(view.distribution)},
                    {"matches", view.matches},
                    {"why", view.why}});
  }
  return list;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '\n') {
      out += "\\x0a";
    } else if (c == '\t') {
      out += "\\x09";
    } else {
      out += c;
    }
  }
  return out;
}

std::string to_text(const analysis::Audit& audit, const AuditTextOptions& options) {
  std::vector<Finding> open;
  std::copy_if(audit.findings.begin(), audit.findings.end(), std::back_inserter(open),
               [](const Finding& finding) { return finding.accepted.empty(); });
  std::string text;
  for (auto begin = open.cbegin(); begin != open.cend();) {
    const auto end = std::find_if(begin, open.cend(), [&](const Finding& finding) {
      return finding.rule != begin->rule || finding.severity != begin->severity;
    });
    text += group_text(begin, end, options);
    begin = end;
  }
  if (options.accepted) text += accepted_text(audit.findings);
  return text + summary_text(audit, options.accepted) + scanners_text(audit.scanners);
}

Json to_json(const analysis::Audit& audit) {
  Json findings = Json::array();
  for (const Finding& finding : audit.findings) {
    Json one{{"rule", finding.rule},
             {"severity", severity_name(finding.severity)},
             {"package", text_of(finding.package)},
             {"path", finding.path},
             {"message", finding.message},
             {"advice", finding.advice}};
    if (!finding.accepted.empty()) one["accepted"] = finding.accepted;
    findings.push_back(std::move(one));
  }
  Json rules = Json::array();
  for (const std::string_view id : audit.rules) {
    const AuditRule& rule = *analysis::audit_rule(id);
    rules.push_back(
        {{"id", id}, {"severity", severity_name(rule.severity)}, {"title", rule.title}, {"advice", rule.advice}});
  }
  const analysis::FindingCounts counts = analysis::count(audit.findings);
  return {{"findings", findings},
          {"rules", rules},
          {"not_looked_at", audit.not_looked_at},
          {"scanners", scanners_json(audit.scanners)},
          {"summary",
           {{"errors", counts.errors},
            {"warnings", counts.warnings},
            {"notes", counts.notes},
            {"accepted", counts.accepted}}}};
}

}  // namespace rootlet::report
