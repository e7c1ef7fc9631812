#include "recipe/guard_rails.hpp"

#include <algorithm>

#include "reader.hpp"

namespace rootlet::recipe {

/// Text of guard_rails.yaml: the build makes a source of it.
std::string guard_rails_text();

GuardRails guard_rails() {
  Budget budget;
  const Value document = parse_yaml(guard_rails_text(), "guard_rails.yaml", budget);
  const MapReader map(document, "guard_rails.yaml", {"keep_provider", "fewer_features"});
  GuardRails rails{read_texts(map.require("keep_provider"), "keep_provider"),
                   read_text_map(map.require("fewer_features"), "fewer_features")};
  std::sort(rails.keep_provider.begin(), rails.keep_provider.end());
  return rails;
}

}  // namespace rootlet::recipe
