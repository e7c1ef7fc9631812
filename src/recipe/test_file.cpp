#include "rootlet/test_file.hpp"

#include "base/fs.hpp"
#include "reader.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {
namespace {

TestFile read_all_tests(const std::string& path, const std::string& arch) {
  Budget budget{"file of tests"};
  const Value file = parse_yaml(read_limited(path, budget.what), path, budget);
  std::set<std::string> relative;
  const Context context{fs::absolute(path).parent_path(), arch, "", &relative};
  if (file.type == Value::Type::list) return {read_tests(file, context), {}};
  if (file.find("schemaVersion") != nullptr) {
    TestFile read;
    read.tests = read_structure_tests(file, read.left_out);
    return read;
  }
  const Value tree = load_tree(path);
  if (const Value* tests = tree.find("tests")) return {read_tests(*tests, context), {}};
  return {};
}

}  // namespace

TestFile load_tests(const fs::path& path, const std::string& arch) {
  TestFile read = read_all_tests(path.string(), arch);
  if (read.tests.empty()) {
    throw usage_error(
        "'" + path.string() + "' holds no tests for " + arch,
        "it takes a list of tests as in a recipe, a recipe with some, or those of container-structure-test");
  }
  return read;
}

}  // namespace rootlet::recipe
