#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "recipe/value.hpp"
#include "rootlet/import.hpp"

namespace rootlet::imports {

recipe::Value text_value(std::string text, const Mark& mark);
/// A number, or a boolean.
recipe::Value plain_value(std::string text, const Mark& mark);
recipe::Value bool_value(bool value, const Mark& mark);
recipe::Value list_value(const std::vector<std::string>& texts, const Mark& mark);
recipe::Value map_value(const Mark& mark);
/// Adds a member, or replaces the one with this key.
void set_member(recipe::Value& map, const std::string& key, recipe::Value value);
/// "httpd", or `{name: httpd, arch: […]}` where it counts for some architectures only.
recipe::Value item_value(const std::string& text, const std::vector<std::string>& arches, const Mark& mark);

/// An image that a file installs packages in.
struct DraftOrigin {
  Mark mark;
  std::string image;
  std::string otherwise;  ///< why it is not taken, unless its name tells a distribution
};

/// The recipe that comes of a foreign file, as a tree whose marks lead there, with notes on each statement. What a
/// recipe could not hold, by what reads recipes, is not taken, and the note says why.
class RecipeDraft {
 public:
  /// `directory`: of the recipe; `top`: of the imported file.
  RecipeDraft(std::filesystem::path directory, std::filesystem::path top);

  /// Sets a key: "releasever", "image.user". `what`: the statement. `why`: what differs.
  void set(const std::string& key, recipe::Value value, const std::string& what, const std::string& why = {});
  /// Adds to a list: "packages", "modules.enable". What is there is not added again.
  void add(const std::string& key, recipe::Value item, const std::string& what, const std::string& why = {});
  /// Adds to a map of texts: "image.env", "vars".
  void put(const std::string& key, const std::string& name, recipe::Value value, const std::string& what);
  /// Adds a repository. What is wrong with it is missing: it cannot do without.
  void add_repo(recipe::Value repo);
  void drop(const std::string& key);
  /// Lets no package of this name in; `why` is noted of each that comes.
  void keep_out(const std::string& package, const std::string& why) { kept_out_[package] = why; }
  /// An empty draft of the same place, for what only a part is taken of.
  [[nodiscard]] RecipeDraft fresh() const { return {directory_, top_}; }
  /// Adds all packages and modules that another draft has.
  void add_packages_of(const RecipeDraft& other);

  /// Notes that a statement became `key`, without doing anything.
  void note_taken(const Mark& mark, const std::string& what, const std::string& key, const std::string& why = {});
  void leave(const Mark& mark, const std::string& what, const std::string& why);
  /// Notes what is missing; a sentence, each once.
  void lack(const std::string& sentence);
  [[nodiscard]] const std::vector<std::string>& lacking() const noexcept { return missing_; }

  [[nodiscard]] const recipe::Value* find(const std::string& key) const;
  /// A relative path of the file `mark` is in, as the recipe has to write it; others as they are.
  [[nodiscard]] std::string moved(const std::string& path, const Mark& mark) const;
  [[nodiscard]] const std::filesystem::path& top() const noexcept { return top_; }
  /// The image that packages were installed in, which may tell where they come from.
  void set_origin(DraftOrigin origin) { origin_ = std::move(origin); }
  [[nodiscard]] const std::optional<DraftOrigin>& origin() const noexcept { return origin_; }

  [[nodiscard]] const recipe::Value& tree() const noexcept { return tree_; }
  [[nodiscard]] const std::vector<ImportNote>& notes() const noexcept { return notes_; }
  /// Sentences of what is missing, with what every recipe needs. The variables of addresses are known by now.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  recipe::Value& place(const std::string& key, recipe::Value::Type type, const Mark& mark);
  /// Writes the local paths of an entry as the recipe has to.
  void move_paths(const std::string& key, recipe::Value& item) const;
  [[nodiscard]] std::optional<std::string> refusal(const std::string& key, const recipe::Value& value) const;

  std::filesystem::path directory_;
  std::filesystem::path top_;
  std::optional<DraftOrigin> origin_;
  std::map<std::string, std::string> kept_out_;
  recipe::Value tree_;
  std::vector<ImportNote> notes_;
  std::vector<std::string> missing_;
};

/// Why no recipe can have this value of the key: "image.user", "packages" (a list); nothing where it can.
std::optional<std::string> refused(const std::string& key, const recipe::Value& value,
                                   const std::filesystem::path& directory);
/// Faults of the repositories of a recipe's tree, a sentence each.
std::vector<std::string> faults_of_repos(const recipe::Value& tree, const std::filesystem::path& directory);

/// The recipe as YAML, keys in the order of docs/recipes.md.
std::string to_yaml(const recipe::Value& tree);

/// A text from outside as a part of one line: without control characters and secrets of addresses, of `most` bytes at
/// the most.
std::string shown(const std::string& text, std::size_t most = 200);

}  // namespace rootlet::imports
