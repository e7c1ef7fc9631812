#include <cstdlib>

#include "reader.hpp"

namespace rootlet::recipe {
namespace {

constexpr std::uint32_t most_packages = 1'000'000;
constexpr std::uint32_t most_advisories = 1'000'000;

void add_growth(ImageBudget& budget, const Value& value) {
  const bool percent = value.type == Value::Type::text && value.text.ends_with('%');
  if (percent ? budget.growth_percent.has_value() : budget.growth_bytes.has_value()) {
    fail(value.mark, percent ? "growth: a second percentage" : "growth: a second size");
  }
  if (!percent) {
    budget.growth_bytes = read_size(value, "growth");
    return;
  }
  if (!matches(value.text, "(0|[1-9][0-9]{0,3})([.][0-9]{1,3})?%")) {
    fail(value.mark, "growth: '" + value.text + "' is not a percentage such as 5% or 2.5%");
  }
  budget.growth_percent = std::strtod(value.text.c_str(), nullptr);
}

std::map<AdvisorySeverity, std::size_t> read_advisories(const Value& value) {
  std::vector<std::string> known;
  for (std::size_t i = advisory_severities; i-- > 0;) {
    known.emplace_back(advisory_severity_name(static_cast<AdvisorySeverity>(i)));
  }
  const MapReader map(value, "advisories", known);
  std::map<AdvisorySeverity, std::size_t> most;
  for (const std::string& name : known) {
    if (const Value* v = map.find(name)) most[*advisory_severity_of(name)] = read_number(*v, name, most_advisories);
  }
  if (most.empty()) fail(map.mark(), "advisories: it limits nothing", "give it critical, important, moderate or low");
  return most;
}

}  // namespace

ImageBudget read_budget(const Value& value) {
  const MapReader map(value, "budget", {"installed_size", "compressed_size", "packages", "growth", "advisories"});
  ImageBudget budget;
  if (const Value* v = map.find("installed_size")) budget.installed_size = read_size(*v, "installed_size");
  if (const Value* v = map.find("compressed_size")) budget.compressed_size = read_size(*v, "compressed_size");
  if (const Value* v = map.find("packages")) budget.packages = read_number(*v, "packages", most_packages);
  if (const Value* v = map.find("growth")) {
    if (v->type == Value::Type::list) {
      if (v->items.empty()) fail(v->mark, "growth: the list is empty");
      for (const Value& each : read_list(*v, "growth", "sizes or percentages")) add_growth(budget, each);
    } else {
      add_growth(budget, *v);
    }
  }
  if (const Value* v = map.find("advisories")) budget.advisories = read_advisories(*v);
  if (budget == ImageBudget{}) {
    fail(map.mark(), "budget: it limits nothing",
         "give it installed_size, compressed_size, packages, growth or advisories");
  }
  return budget;
}

}  // namespace rootlet::recipe
