#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/json_field.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::verbs {
namespace {

constexpr std::uint64_t largest_trace = 200'000'000;
constexpr JsonBounds bounds{8, 4'000'000};

TouchedFiles files_in(const Field& document) {
  document.object({"target", "files"});
  TouchedFiles files;
  for (const Field& one : document.at("files").list()) {
    one.object({"path", "opened", "executed", "mapped", "looked_at", "listed", "written"});
    add_touch(files[one.at("path").raw_text()],
              {one.at("opened").boolean(), one.at("executed").boolean(), one.at("mapped").boolean(),
               one.at("looked_at").boolean(), one.at("listed").boolean(), one.at("written").boolean()});
  }
  return files;
}

}  // namespace

TouchedFiles read_trace(const fs::path& file) {
  const std::string hint = "'rootlet test TARGET FILE --trace " + file.string() + "' writes one";
  try {
    const std::string text = read_file(file, largest_trace);
    const nlohmann::json document = parse_json(text, bounds);
    return files_in(Field(document, ""));
  } catch (const nlohmann::json::exception&) {
    throw Error("cannot read trace '" + file.string() + "': it is not JSON", hint);
  } catch (const Error& error) {
    throw Error("cannot read trace '" + file.string() + "': " + error.what(), hint);
  }
}

}  // namespace rootlet::verbs
