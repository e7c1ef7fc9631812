#include "input.hpp"
#include "recipe/value.hpp"
#include "rootlet/import.hpp"

using namespace rootlet;

/// Files to import, each as every format; what is written is a recipe's YAML.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const std::string_view format : import_formats) {
    std::string recipe;
    fuzz::tolerate_errors([&] {
      const fuzz::Input file(data, size);
      imports::ImportRequest request;
      request.file = file.path();
      request.format = format;
      recipe = imports::read(request).recipe;
    });
    if (recipe.empty()) continue;
    try {
      recipe::Budget budget;
      static_cast<void>(recipe::parse_yaml(recipe, "recipe", budget));
    } catch (const Error&) {
      std::abort();
    }
  }
  return 0;
}
