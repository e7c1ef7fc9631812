#include "world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/digest.hpp"

namespace rootlet::test {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

std::string version(const std::string& evr) {
  const auto colon = evr.find(':');
  const auto dash = evr.rfind('-');
  const std::string epoch = colon == std::string::npos ? "0" : evr.substr(0, colon);
  const std::size_t begin = colon == std::string::npos ? 0 : colon + 1;
  std::string text = fmt::format("epoch=\"{}\" ver=\"{}\"", epoch, evr.substr(begin, dash - begin));
  if (dash != std::string::npos) text += fmt::format(" rel=\"{}\"", evr.substr(dash + 1));
  return text;
}

std::string entry(const std::string& dep, bool pre) {
  const std::string mark = pre ? " pre=\"1\"" : "";
  const auto space = dep.find(' ');
  if (dep.starts_with('(') || space == std::string::npos) {
    return fmt::format("<rpm:entry name=\"{}\"{}/>", escaped(dep), mark);
  }
  const auto second = dep.find(' ', space + 1);
  const std::string op = dep.substr(space + 1, second - space - 1);
  const std::map<std::string, std::string> flags{{"<", "LT"}, {"<=", "LE"}, {"=", "EQ"}, {">=", "GE"}, {">", "GT"}};
  return fmt::format("<rpm:entry name=\"{}\" flags=\"{}\" {}{}/>", dep.substr(0, space), flags.at(op),
                     version(dep.substr(second + 1)), mark);
}

std::string section(const char* tag, const std::vector<std::string>& deps, const std::vector<std::string>& pre = {}) {
  std::string text;
  for (const auto& dep : deps) text += entry(dep, false);
  for (const auto& dep : pre) text += entry(dep, true);
  return text.empty() ? "" : fmt::format("<rpm:{0}>{1}</rpm:{0}>", tag, text);
}

/// Entries as if they stood in a recipe, one a line, sorted.
std::vector<RecipeItem> recipe_items(const std::vector<std::string>& texts, int line) {
  const std::set<std::string> sorted(texts.begin(), texts.end());
  std::vector<RecipeItem> items;
  for (const std::string& text : texts) {
    const auto place = std::distance(sorted.begin(), sorted.find(text));
    items.push_back({text, {"image.yaml", line + static_cast<int>(place), 5}});
  }
  return items;
}

std::string pkgid(const Pkg& p) { return digest_of(p.name + p.evr + p.arch); }

std::string primary(const Pkg& p) {
  std::vector<std::string> provides = p.provides;
  provides.push_back(p.name + " = " + p.evr);
  std::string files;
  for (const auto& file : p.files) files += "<file>" + file + "</file>";
  return fmt::format(
      "<package type=\"rpm\"><name>{0}</name><arch>{1}</arch><version {2}/>"
      "<checksum type=\"sha256\" pkgid=\"YES\">{3}</checksum><summary/><description/>"
      "<time file=\"0\" build=\"{12}\"/><size package=\"{13}\" installed=\"{4}\" archive=\"{4}\"/>"
      "<location href=\"{0}.rpm\"/><format>{5}{6}{7}{8}{9}{10}{11}</format></package>\n",
      p.name, p.arch, version(p.evr), pkgid(p), p.size, section("provides", provides),
      section("requires", p.requires_, p.requires_pre), section("conflicts", p.conflicts),
      section("obsoletes", p.obsoletes), section("recommends", p.recommends), section("supplements", p.supplements),
      files, p.built, p.download != 0 ? p.download : p.size);
}

std::string filelists(const Pkg& p) {
  std::string files;
  for (const auto& file : p.files) files += "<file>" + file + "</file>";
  for (const auto& file : p.filelist) files += "<file>" + file + "</file>";
  return fmt::format("<package pkgid=\"{}\" name=\"{}\" arch=\"{}\"><version {}/>{}</package>\n", pkgid(p), p.name,
                     p.arch, version(p.evr), files);
}

}  // namespace

World::World() : dir_(fs::temp_directory_path(), "rootlet-test-") { goal.objective = Objective::dnf; }

RepoSpec& World::repo(const std::string& id) {
  for (auto& known : repos_) {
    if (known->spec.id == id) return known->spec;
  }
  repos_.push_back(std::make_unique<Repo>());
  repos_.back()->spec.id = id;
  return repos_.back()->spec;
}

Pkg& World::add(const std::string& name, const std::string& evr, const std::string& for_arch, const std::string& id) {
  repo(id);
  const auto found = std::find_if(repos_.begin(), repos_.end(), [&](const auto& r) { return r->spec.id == id; });
  (*found)->packages.push_back(std::make_unique<Pkg>());
  Pkg& pkg = *(*found)->packages.back();
  pkg.name = name;
  pkg.evr = evr;
  pkg.arch = for_arch;
  return pkg;
}

void World::reverse() {
  std::reverse(repos_.begin(), repos_.end());
  for (auto& repo : repos_) std::reverse(repo->packages.begin(), repo->packages.end());
}

std::vector<RepoMetadata> World::metadata() {
  std::vector<RepoMetadata> metadata;
  for (const auto& repo : repos_) {
    std::string xml =
        "<metadata xmlns=\"http://linux.duke.edu/metadata/common\" "
        "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n";
    std::string list = "<filelists xmlns=\"http://linux.duke.edu/metadata/filelists\">\n";
    for (const auto& pkg : repo->packages) {
      xml += primary(*pkg);
      list += filelists(*pkg);
    }
    const auto file = [&](const std::string& kind, const std::string& text) {
      const std::string digest = digest_of(text);
      const fs::path path = dir_.path() / (digest + kind);
      write_file(path, text);
      return MetadataFile{path, {"sha256", digest}};
    };
    RepoMetadata one;
    one.spec = repo->spec;
    one.primary = file("-primary.xml", xml + "</metadata>\n");
    lists_[repo->spec.id] = file("-filelists.xml", list + "</filelists>\n");
    metadata.push_back(one);
  }
  return metadata;
}

solv::Request World::request(const std::vector<std::string>& specs) const {
  solv::Request request;
  request.selection.arch = arch;
  request.selection.weak_deps = {weak_, recipe_items(weak_of_, 80)};
  request.cache_dir = dir_.path();
  request.selection.packages = recipe_items(specs, 10);
  request.selection.exclude = recipe_items(excludes_, 50);
  request.selection.goal = goal;
  request.keep_provider = keep_provider;
  request.fewer_features = fewer_features;
  request.time_limit = time_limit;
  return request;
}

solv::Loaders World::loaders() {
  read_filelists_ = false;
  read_headers_.clear();
  solv::Loaders load;
  load.filelists = [this](std::vector<RepoMetadata>& repos) {
    read_filelists_ = true;
    for (RepoMetadata& repo : repos) repo.filelists = lists_.at(repo.spec.id);
  };
  if (headers != Headers::none) {
    load.headers = [this](const std::vector<Package>& wanted) { return facts_of(wanted); };
  }
  return load;
}

std::optional<std::vector<solv::HeaderFacts>> World::facts_of(const std::vector<Package>& wanted) {
  if (headers == Headers::unreachable) return std::nullopt;
  std::vector<solv::HeaderFacts> facts;
  for (const Package& package : wanted) {
    read_headers_.insert(package.nevra.str());
    for (const auto& repo : repos_) {
      for (const auto& pkg : repo->packages) {
        if (pkgid(*pkg) != package.checksum.hex || repo->spec.id != package.repo) continue;
        std::set<std::string> of_scriptlets(pkg->requires_pre.begin(), pkg->requires_pre.end());
        of_scriptlets.insert(pkg->of_scriptlets.begin(), pkg->of_scriptlets.end());
        for (const std::string& dep : pkg->of_all) of_scriptlets.erase(dep);
        facts.push_back({pkg->kept.value_or(pkg->size), of_scriptlets});
      }
    }
  }
  return facts;
}

std::variant<Solution, Unsolvable> World::solve(const std::vector<std::string>& specs) {
  return solv::solve(request(specs), metadata(), loaders(), progress_);
}

Suggestion World::suggestion(const std::vector<std::string>& specs) {
  auto outcome = solv::suggest(request(specs), metadata(), loaders(), progress_);
  if (!std::holds_alternative<Suggestion>(outcome)) throw std::runtime_error("no solution");
  return std::get<Suggestion>(std::move(outcome));
}

Solution World::solution(const std::vector<std::string>& specs) {
  auto outcome = solve(specs);
  if (!std::holds_alternative<Solution>(outcome)) throw std::runtime_error("no solution");
  return std::get<Solution>(outcome);
}

Unsolvable World::problems(const std::vector<std::string>& specs) {
  auto outcome = solve(specs);
  if (!std::holds_alternative<Unsolvable>(outcome)) throw std::runtime_error("there is a solution");
  return std::get<Unsolvable>(outcome);
}

std::vector<std::string> World::install(const std::vector<std::string>& specs) {
  const auto outcome = solve(specs);
  std::vector<std::string> lines;
  if (const auto* solution = std::get_if<Solution>(&outcome)) {
    for (const auto& chosen : solution->packages) lines.push_back(chosen.package.nevra.str());
  } else {
    lines = {"no solution"};
  }
  return lines;
}

std::vector<std::string> World::dropped(const std::vector<std::string>& specs) {
  std::vector<std::string> lines;
  for (const auto& chosen : solution(specs).packages) {
    if (chosen.build_only) lines.push_back(chosen.package.nevra.str());
  }
  return lines;
}

}  // namespace rootlet::test
