// Says what a build says of packages and keys, many in one run: each line of standard input is "PACKAGE<TAB>KEY FILE",
// each line of output "ok", or the error and its hint with a tab between.
//   verify_packages [--librpm]      prints the version of librpm instead
#include <filesystem>
#include <iostream>
#include <string>

#include "base/fs.hpp"
#include "make/verify.hpp"
#include "rootlet/error.hpp"
#include "rpm/header.hpp"
#include "rpm/version.hpp"

namespace {

using namespace rootlet;

std::string verdict(const fs::path& file, const std::string& key, const fs::path& cache) {
  try {
    Recipe recipe;
    RepoSpec repo;
    repo.id = "test";
    repo.gpgkey = {"file://" + key};
    recipe.repos.push_back(repo);
    const Fd fd = open_read(file);
    Package package;
    package.nevra = rpm::read_header({fd.get(), file.string()}).nevra;
    package.repo = "test";
    make::Environment environment;
    environment.cache_dir = cache;
    Progress silent;
    static_cast<void>(make::Verifier(recipe, {package}, environment).verify({package}, {file}, silent));
    return "ok";
  } catch (const Error& error) {
    return std::string(error.what()) + "\t" + error.hint();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "--librpm") {
    std::cout << rpm::librpm_version() << '\n';
    return 0;
  }
  const TempDir cache(fs::temp_directory_path(), "rootlet-verify-");
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) return 2;
    std::cout << verdict(line.substr(0, tab), line.substr(tab + 1), cache.path()) << std::endl;
  }
}
