#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::test {

inline const std::string repos = "repos: [{id: base, baseurl: 'https://example.com/os', gpgcheck: false}]\n";

/// A directory with recipes; messages come without its name.
class Recipes {
 public:
  void put(const std::string& name, const std::string& text) const {
    make_dirs(parent_dir(dir_.path() / name));
    write_file(dir_.path() / name, text);
  }
  [[nodiscard]] fs::path path(const std::string& name) const { return fs::canonical(dir_.path()) / name; }
  [[nodiscard]] Recipe load(const std::string& name, const std::string& arch = {}) const {
    return recipe::load(path(name), {arch});
  }
  [[nodiscard]] std::string error(const std::string& name, std::string* hint = nullptr) const {
    try {
      static_cast<void>(load(name));
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      if (hint != nullptr) *hint = error.hint();
      std::string message = error.what();
      const std::string prefix = path("").string();
      for (std::size_t at = 0; (at = message.find(prefix)) != std::string::npos;) message.erase(at, prefix.size());
      return message;
    }
    return "no error";
  }
  [[nodiscard]] std::string error_of(const std::string& text, std::string* hint = nullptr) const {
    put("r.yaml", text);
    return error("r.yaml", hint);
  }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
};

inline std::vector<std::string> texts(const std::vector<RecipeItem>& items) {
  std::vector<std::string> out;
  for (const RecipeItem& item : items) out.push_back(item.text);
  return out;
}

using Strings = std::vector<std::string>;

}  // namespace rootlet::test
