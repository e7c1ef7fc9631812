#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "value.hpp"

namespace rootlet::recipe {
namespace {

Mark to_mark(const std::string& file, const YAML::Mark& mark) { return {file, mark.line + 1, mark.column + 1}; }

std::size_t count_nodes(const Value& value) {
  std::size_t count = 1;
  for (const Value& item : value.items) count += count_nodes(item);
  for (const Member& member : value.members) count += count_nodes(member.value);
  return count;
}

/// Builds the tree from the parser's events. yaml-cpp's own nodes are not used: they keep neither the marks of
/// expanded aliases nor duplicate keys.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::string& file, Budget& budget) : file_(file), budget_(budget) {}

  [[nodiscard]] Value take() { return root_ ? std::move(*root_) : Value{}; }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    place(make(mark, "?", Value::Type::null), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(to_mark(file_, mark), "an alias stands inside the value that it names");
    spend(count_nodes(found->second), to_mark(file_, mark));
    place(found->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    Value value = make(mark, tag, Value::Type::text);
    if (text.find('\0') != std::string::npos) fail(value.mark, "a string must not hold a NUL character");
    value.plain = tag == "?";
    value.text = text;
    place(std::move(value), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    enter(make(mark, tag, Value::Type::list), anchor);
  }
  void OnSequenceEnd() override { leave(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    enter(make(mark, tag, Value::Type::map), anchor);
  }
  void OnMapEnd() override { leave(); }

 private:
  /// A list or map that is not complete yet.
  struct Open {
    Value value;
    YAML::anchor_t anchor = 0;
    bool has_key = false;  ///< a map's last member still waits for its value
  };

  void spend(std::size_t nodes, const Mark& mark) {
    budget_.nodes += nodes;
    if (budget_.nodes > Budget::max_nodes) {
      fail(mark,
           "the " + std::string(budget_.what) + " is too large: more than " + grouped(Budget::max_nodes) + " values");
    }
  }

  Value make(const YAML::Mark& mark, const std::string& tag, Value::Type type) {
    Value value;
    value.type = type;
    value.mark = to_mark(file_, mark);
    // The parser gives "?" to what has no tag and "!" to a quoted scalar.
    if (!tag.empty() && tag != "?" && tag != "!") fail(value.mark, "YAML tags are not supported: '" + tag + "'");
    spend(1, value.mark);
    return value;
  }

  void enter(Value value, YAML::anchor_t anchor) {
    if (open_.size() >= Budget::max_depth) {
      fail(value.mark, "the " + std::string(budget_.what) + " is nested too deeply: more than " +
                           std::to_string(Budget::max_depth) + " levels");
    }
    require_value_place(value);
    open_.push_back({std::move(value), anchor});
  }

  void leave() {
    Open done = std::move(open_.back());
    open_.pop_back();
    place(std::move(done.value), done.anchor);
  }

  void require_value_place(const Value& value) const {
    const bool is_key = !open_.empty() && open_.back().value.type == Value::Type::map && !open_.back().has_key;
    if (is_key && value.type != Value::Type::text) {
      fail(value.mark, "a key must be a string, found " + std::string(value.type_name()));
    }
  }

  void place(Value value, YAML::anchor_t anchor) {
    require_value_place(value);
    if (anchor != 0) anchors_.insert_or_assign(anchor, value);
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = open_.back();
    if (parent.value.type == Value::Type::list) {
      parent.value.items.push_back(std::move(value));
    } else if (parent.has_key) {
      // The parser places a missing value where the next token is.
      if (value.type == Value::Type::null) value.mark = parent.value.members.back().mark;
      parent.value.members.back().value = std::move(value);
      parent.has_key = false;
    } else {
      add_key(parent, value);
    }
  }

  static void add_key(Open& parent, const Value& key) {
    for (const Member& member : parent.value.members) {
      if (member.key != key.text) continue;
      fail(key.mark,
           "the key '" + key.text + "' stands here a second time, first in line " + std::to_string(member.mark.line));
    }
    parent.value.members.push_back({key.text, key.mark, {}});
    parent.has_key = true;
  }

  const std::string& file_;
  Budget& budget_;
  std::optional<Value> root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Value> anchors_;
};

/// The parser takes any bytes; later users of the text do not.
void require_utf8(const std::string& text, const std::string& file) {
  if (!is_utf8(text)) throw usage_error(file + ": the file is not UTF-8 text");
}

}  // namespace

void fail(const Mark& mark, const std::string& message, const std::string& hint) {
  throw usage_error(mark.str() + ": " + printable(message), hint);
}

const Value* Value::find(std::string_view key) const noexcept {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view Value::type_name() const noexcept {
  switch (type) {
    case Type::null: return "nothing";
    case Type::text: return "a string";
    case Type::list: return "a list";
    case Type::map: return "a map";
  }
  return "nothing";
}

Value parse_yaml(const std::string& text, const std::string& file, Budget& budget) {
  require_utf8(text, file);
  std::istringstream in(text);
  try {
    YAML::Parser parser(in);
    Builder builder(file, budget);
    const bool found = parser.HandleNextDocument(builder);
    Value value = builder.take();
    if (!found) value.mark = {file, 1, 1};
    Builder rest(file, budget);
    if (parser.HandleNextDocument(rest)) {
      const Mark mark = rest.take().mark;
      fail(mark, "a second YAML document begins here; a " + std::string(budget.what) + " is one document");
    }
    return value;
  } catch (const YAML::Exception& error) {
    fail(to_mark(file, error.mark), "not valid YAML: " + error.msg);
  }
}

}  // namespace rootlet::recipe
