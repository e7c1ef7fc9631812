#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet {

/// How bad a finding is; the names are SARIF's levels. note: something to save or to know; warning: something that
/// should not be in an image; error: something is broken or dangerous.
enum class Severity { note, warning, error };
std::string_view severity_name(Severity severity) noexcept;
std::optional<Severity> severity_of(std::string_view name) noexcept;

/// Rule of an audit.
struct AuditRule {
  std::string_view id;  ///< "setuid-file": stable, scripts and lists of accepted findings rely on it
  Severity severity = Severity::note;
  std::string_view title;   ///< "Setuid and setgid files"
  std::string_view advice;  ///< what to do about it, in general
};

/// Something that an audit found.
struct Finding {
  std::string rule;
  Severity severity = Severity::note;
  std::string package;        ///< NEVRA; empty where none is concerned
  std::string path;           ///< in the root; empty where none is concerned
  std::string message;        ///< "may be run as root by anybody (mode 4755)"
  std::string advice;         ///< what to do, in this case
  std::string accepted = {};  ///< the reason, where it was accepted
  auto operator<=>(const Finding&) const = default;
};

/// An entry of a file of accepted findings: those of this rule whose package and path fit.
struct Accepted {
  std::string rule;
  std::string package;  ///< name or NEVRA, a shell pattern (fnmatch(3)); empty: any
  std::string path;     ///< a shell pattern; empty: any
  std::string reason;   ///< never empty
  std::string mark;     ///< "accepted.yaml:3:5"
};

}  // namespace rootlet
