#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "draft.hpp"
#include "rootlet/error.hpp"

namespace rootlet::sbom {
namespace {

using nlohmann::json;

constexpr int deepest_nesting = 64;
constexpr std::size_t most_values = 10'000'000;

/// Looks at the names of a document's own fields, until one tells what it is or the text ends.
class FirstNames final : public nlohmann::json_sax<json> {
 public:
  bool is_sbom = false;

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return ++depth_ > 0; }
  bool key(string_t& name) override {
    is_sbom = depth_ == 1 && (name == "bomFormat" || name == "spdxVersion" || name == "SPDXID" || name == "@context" ||
                              name == "@graph");
    return !is_sbom;
  }
  bool end_object() override { return --depth_ > 0; }
  bool start_array(std::size_t /*elements*/) override { return ++depth_ > 0; }
  bool end_array() override { return --depth_ > 0; }
  bool parse_error(std::size_t /*position*/, const std::string& /*last*/, const json::exception& /*error*/) override {
    return false;
  }

 private:
  int depth_ = 0;
};

json parsed(std::string_view text) {
  try {
    return parse_json(text, {.depth = deepest_nesting, .values = most_values});
  } catch (const json::parse_error& cause) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(cause.byte, text.size()));
    throw Error("line " + std::to_string(std::count(text.begin(), end, '\n') + 1) + ": not valid JSON");
  } catch (const json::exception&) {
    throw Error("a number in it is out of range");
  }
}

SbomReading read_top(const Field& top) {
  if (top.has("bomFormat")) return read_cyclonedx(top);
  if (top.has("spdxVersion")) return read_spdx2(top);
  if (top.has("@graph")) return read_spdx3(top);
  throw Error("it is neither SPDX in JSON nor CycloneDX in JSON");
}

}  // namespace

bool is_document(std::string_view begin) {
  if (begin.starts_with("\xef\xbb\xbf")) begin.remove_prefix(3);
  FirstNames names;
  json::sax_parse(begin.begin(), begin.end(), &names);
  return names.is_sbom;
}

SbomReading read(std::string_view text) {
  if (text.size() > largest_document) throw Error("it is larger than " + human_size(largest_document));
  const json document = parsed(text);
  return read_top(Field(document, ""));
}

}  // namespace rootlet::sbom
