#include "load.hpp"

#include "base/text.hpp"
#include "checksum.hpp"

namespace rootlet::repo {

fs::path files_dir(const MetadataOptions& options) { return options.cache_dir / "metadata" / "files"; }

void throw_if_failed(const std::vector<Load>& loads) {
  std::vector<std::string> problems;
  std::string hint;
  for (const Load& load : loads) {
    if (!load.failed()) continue;
    problems.push_back("cannot load repository '" + load.spec->id + "': " + load.problem);
    if (hint.empty()) hint = load.hint;
  }
  if (!problems.empty()) throw Error(join(problems, "\n"), hint);
}

std::string online_hint(const Load& load) {
  return fs::exists(load.last_good) ? "--offline uses the copy in the cache"
                                    : "check the repository's baseurl, metalink or mirrorlist";
}

std::string hint_for(const TransferProblem& problem, const Load& load) {
  if (!problem.hint.empty()) return problem.hint;
  return problem.altered ? tampered_hint : online_hint(load);
}

void find_mirrors(const std::vector<Load*>& loads, const MetadataOptions& options, Progress& progress) {
  std::vector<Load*> wanting;
  std::vector<const RepoSpec*> specs;
  for (Load* load : loads) {
    if (!load->mirrors.list.urls.empty()) continue;
    wanting.push_back(load);
    specs.push_back(load->spec);
  }
  if (wanting.empty()) return;
  const TempDir scratch(options.cache_dir, "mirrors-");
  std::vector<ResolvedMirrors> mirrors = resolve_mirrors(specs, scratch.path(), options.timeout, progress);
  for (std::size_t i = 0; i < wanting.size(); ++i) {
    wanting[i]->mirrors = std::move(mirrors[i]);
    const ResolvedMirrors& found = wanting[i]->mirrors;
    if (!found.problem.empty())
      wanting[i]->fail(found.problem, hint_for({found.problem, false, found.hint}, *wanting[i]));
  }
}

}  // namespace rootlet::repo
