#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "solv/solve.hpp"

namespace rootlet::test {

/// A package of an invented repository, described in one line of code. Dependencies are written as in a spec file:
/// "bash", "bash >= 4", "(a or b)".
struct Pkg {
  std::string name;
  std::string evr = "1-1";  ///< "[epoch:]version-release"
  std::string arch = "x86_64";
  std::vector<std::string> requires_, requires_pre, provides, conflicts, obsoletes, recommends, supplements;
  std::vector<std::string> files;     ///< in primary metadata
  std::vector<std::string> filelist;  ///< only in filelists
  std::uint64_t size = 1000;
  std::uint64_t download = 0;  ///< bytes; 0: as many as size
  std::uint64_t built = 0;     ///< seconds since 1970
  /// What its header says beside: bytes that are kept (else size), which of requires_ are those of scriptlets alone,
  /// and which of requires_pre are not.
  std::optional<std::uint64_t> kept;
  std::set<std::string> of_scriptlets, of_all;

  Pkg& needs(const std::string& dep) { return requires_.push_back(dep), *this; }
  Pkg& needs_pre(const std::string& dep) { return requires_pre.push_back(dep), *this; }
  Pkg& gives(const std::string& dep) { return provides.push_back(dep), *this; }
  Pkg& rejects(const std::string& dep) { return conflicts.push_back(dep), *this; }
  Pkg& replaces(const std::string& dep) { return obsoletes.push_back(dep), *this; }
  Pkg& likes(const std::string& dep) { return recommends.push_back(dep), *this; }
  Pkg& joins(const std::string& dep) { return supplements.push_back(dep), *this; }
  Pkg& has(const std::string& path) { return files.push_back(path), *this; }
  Pkg& weighs(std::uint64_t bytes) { return size = bytes, *this; }
  Pkg& keeps(std::uint64_t bytes) { return kept = bytes, *this; }
  Pkg& has_unlisted(const std::string& path) { return filelist.push_back(path), *this; }
};

/// Keeps what is told as a detail.
class Details : public Progress {
 public:
  void detail(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

/// Repositories to ask the solver about.
class World {
 public:
  World();

  RepoSpec& repo(const std::string& id);
  /// Adds a package to a repository ("main" unless said otherwise).
  Pkg& add(const std::string& name, const std::string& evr = "1-1", const std::string& arch = "x86_64",
           const std::string& repo = "main");

  void exclude(const std::string& spec) { excludes_.push_back(spec); }
  void weak_deps(bool on) { weak_ = on; }
  /// Only what these packages recommend.
  void weak_deps_of(const std::string& spec) { weak_of_.push_back(spec); }
  /// Which of the sets that satisfy the request is wanted, and what goes with it: as in solv::Request.
  Goal goal;  ///< DNF's answer unless a test wants another
  std::vector<std::string> keep_provider;
  std::map<std::string, std::string> fewer_features;
  enum class Headers { none, unreachable, readable } headers = Headers::none;
  SearchLimits limits;
  std::string arch = "x86_64";  ///< of the image
  /// The repositories and packages in the opposite order.
  void reverse();

  /// The NEVRAs that get installed, in order, or "no solution".
  [[nodiscard]] std::vector<std::string> install(const std::vector<std::string>& specs);
  /// Of these, the NEVRAs that leave after the scriptlets have run.
  [[nodiscard]] std::vector<std::string> dropped(const std::vector<std::string>& specs);
  [[nodiscard]] Solution solution(const std::vector<std::string>& specs);
  [[nodiscard]] Suggestion suggestion(const std::vector<std::string>& specs);
  [[nodiscard]] Unsolvable problems(const std::vector<std::string>& specs);
  /// Where parsed metadata is kept from one question to the next.
  [[nodiscard]] fs::path cache_dir() const { return dir_.path(); }
  /// Whether the last question needed the file lists.
  [[nodiscard]] bool read_filelists() const noexcept { return read_filelists_; }
  /// What has been told as a detail.
  [[nodiscard]] const std::vector<std::string>& details() const noexcept { return progress_.lines; }
  /// The NEVRAs of the packages whose headers the last question needed.
  [[nodiscard]] const std::set<std::string>& read_headers() const noexcept { return read_headers_; }

 private:
  struct Repo {
    RepoSpec spec;
    std::vector<std::unique_ptr<Pkg>> packages;
  };
  /// The request, and the metadata as files.
  solv::Request request(const std::vector<std::string>& specs) const;
  std::vector<RepoMetadata> metadata();
  solv::Loaders loaders();
  std::optional<std::vector<solv::HeaderFacts>> facts_of(const std::vector<Package>& packages);
  std::variant<Solution, Unsolvable> solve(const std::vector<std::string>& specs);

  TempDir dir_;
  Details progress_;
  std::vector<std::unique_ptr<Repo>> repos_;
  std::vector<std::string> excludes_;
  bool weak_ = false;
  std::vector<std::string> weak_of_;
  bool read_filelists_ = false;
  std::set<std::string> read_headers_;
  std::map<std::string, MetadataFile> lists_;  ///< by repository
};

/// The same for the smallest set.
struct Smallest : World {
  Smallest() { goal.objective = Objective::smallest; }
};

}  // namespace rootlet::test
