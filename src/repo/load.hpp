#pragma once

#include <string>
#include <vector>

#include "base/fs.hpp"
#include "mirrors.hpp"
#include "repo/metadata.hpp"
#include "repomd.hpp"
#include "rootlet/error.hpp"
#include "transfer.hpp"

namespace rootlet::repo {

/// A repository on its way into the cache. Once `problem` is set, it takes no further part.
struct Load {
  const RepoSpec* spec = nullptr;
  fs::path last_good;  ///< the repomd.xml that --offline uses
  fs::path repomd;     ///< the repomd.xml at hand
  ResolvedMirrors mirrors;
  std::string mirror;  ///< the one that delivered repomd.xml
  Repomd parsed;
  std::vector<std::string> weakness;  ///< of the signature of repomd.xml, which the recipe lets pass
  std::string problem;
  std::string hint;

  [[nodiscard]] bool failed() const noexcept { return !problem.empty(); }
  void fail(std::string what, std::string way_out = {}) {
    problem = std::move(what);
    hint = std::move(way_out);
  }
};

/// Where the files that repomd.xml names are kept, by their checksum.
fs::path files_dir(const MetadataOptions& options);

/// Error: what is wrong with each load that failed.
void throw_if_failed(const std::vector<Load>& loads);

/// The way out where the network or the repository failed.
std::string online_hint(const Load& load);
std::string hint_for(const TransferProblem& problem, const Load& load);

/// Finds the mirrors of the loads that do not know them yet.
void find_mirrors(const std::vector<Load*>& loads, const MetadataOptions& options, Progress& progress);

/// Runs a step of a load that takes part; what it throws is the load's problem.
template <class Step>
void attempt(Load& load, const std::string& kind, Step step) {
  if (load.failed()) return;
  try {
    step();
  } catch (const Error& error) {
    load.fail(kind + ": " + error.what(), error.hint());
  }
}

}  // namespace rootlet::repo
