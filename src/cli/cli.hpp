#pragma once

namespace rootlet::cli {

/// The command line: parses, runs one command and returns the process's exit code (0 done, 1 failed, 2 wrong usage
/// or recipe, 3 no solution). Errors are printed to stderr.
int run(int argc, char** argv);

}  // namespace rootlet::cli
