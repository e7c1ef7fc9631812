#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace rootlet::cli {

/// The manual page rootlet(1), made from the same descriptions as --help.
std::string man_page(const CLI::App& app);

}  // namespace rootlet::cli
