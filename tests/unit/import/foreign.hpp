#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "rootlet/import.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet {

/// A directory with files to import, and what becomes of them.
class ForeignFiles {
 public:
  [[nodiscard]] fs::path put(const std::string& name, const std::string& text) const {
    const fs::path path = dir_.path() / name;
    make_dirs(parent_dir(path));
    write_file(path, text);
    return path;
  }

  [[nodiscard]] ImportAnswer read(const std::string& name, const std::string& text) const {
    imports::ImportRequest request;
    request.file = put(name, text);
    request.directory = dir_.path();
    return imports::read(request);
  }

  /// The YAML alone, without the comments before it.
  [[nodiscard]] std::string recipe(const std::string& name, const std::string& text) const {
    const std::string whole = read(name, text).recipe;
    std::size_t at = 0;
    while (at < whole.size() && whole[at] == '#') at = whole.find('\n', at) + 1;
    return whole.substr(at);
  }

  /// What recipe::load() makes of it.
  [[nodiscard]] Recipe load(const ImportAnswer& answer) const {
    return recipe::load(put("recipe.yaml", answer.recipe));
  }

  [[nodiscard]] std::string error(const std::string& name, const std::string& text) const {
    try {
      static_cast<void>(read(name, text));
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      const std::string message = error.what();
      const std::size_t at = message.find(dir_.path().string());
      return at == 0 ? message.substr(dir_.path().string().size() + 1) : message;
    }
    return "no error";
  }

  /// "3: what: why" of each statement that was not taken.
  static std::string left(const ImportAnswer& answer) {
    std::string text;
    for (const ImportNote& note : answer.notes) {
      if (note.key.empty()) text += std::to_string(note.mark.line) + ": " + note.what + ": " + note.why + "\n";
    }
    return text;
  }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-import-"};
};

}  // namespace rootlet
