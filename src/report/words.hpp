#pragma once

#include <string>
#include <vector>

#include "rootlet/model/package.hpp"

namespace rootlet::report {

/// Stands above the packages that do not stay in the root.
inline constexpr const char* build_only_heading = "in the build only:\n";

/// "bash" of "bash-0:5.1.8-2.el9.x86_64".
std::string name_of(const std::string& nevra);

/// "the smallest set that the recipe allows, proved".
std::string proof_text(const Optimality& optimality);

/// "DNF's answer: 87 packages, 116,145,518 bytes, 16.3 MB more".
std::string dnf_text(const Solution& solution);

/// A line for each choice that is known to cost features, with the way back.
std::vector<std::string> losses_text(const Solution& solution);

/// How a set was chosen, against DNF's answer, and which features the choice costs; nothing where it is DNF's.
std::string choice_text(const Solution& solution);

}  // namespace rootlet::report
