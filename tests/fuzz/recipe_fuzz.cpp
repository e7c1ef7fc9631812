#include "input.hpp"
#include "recipe/value.hpp"
#include "rootlet/recipe_file.hpp"

using rootlet::fuzz::tolerate_errors;

/// Recipes: YAML, the reader of each key; and what an include's tree becomes when another is merged into it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  tolerate_errors([&] { (void)rootlet::recipe::load(rootlet::fuzz::Input(data, size).path(), {"x86_64"}); });
  tolerate_errors([&] {
    rootlet::recipe::Budget budget;
    rootlet::recipe::Value base = rootlet::recipe::parse_yaml(text.substr(0, size / 2), "base", budget);
    rootlet::recipe::merge(base, rootlet::recipe::parse_yaml(text.substr(size / 2), "over", budget));
    rootlet::recipe::Value same = rootlet::recipe::parse_yaml(text, "same", budget);
    rootlet::recipe::merge(same, same);
  });
  return 0;
}
