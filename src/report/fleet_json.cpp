#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "fleet.hpp"
#include "rootlet/fleet_report.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;
using verbs::FleetAnswer;

namespace {

Json image_names(const analysis::Fleet& fleet, const std::vector<std::uint32_t>& images) {
  Json names = Json::array();
  for (const std::uint32_t one : images) names.push_back(fleet.images[one].name);
  return names;
}

Json package_names(const analysis::Fleet& fleet, const std::vector<std::uint32_t>& packages) {
  std::vector<Nevra> sorted;
  for (const std::uint32_t one : packages) sorted.push_back(fleet.packages[one].nevra);
  std::sort(sorted.begin(), sorted.end());
  Json names = Json::array();
  for (const Nevra& one : sorted) names.push_back(one.str());
  return names;
}

Json layers_or_null(const analysis::FleetImage& image) {
  return image.layers.empty() ? Json() : Json(layers_size(image));
}

Json images_json(const FleetAnswer& answer) {
  Json images = Json::array();
  for (std::size_t i = 0; i < answer.fleet.images.size(); ++i) {
    const analysis::FleetImage& one = answer.fleet.images[i];
    images.push_back({{"image", one.name},
                      {"kind", one.kind},
                      {"arch", one.arch},
                      {"digest", one.digest},
                      {"is_base", one.is_base},
                      {"packages", one.packages.size()},
                      {"installed_size", one.size()},
                      {"alone", answer.alone[i]},
                      {"layer_size", layers_or_null(one)}});
  }
  return images;
}

Json failed_json(const FleetAnswer& answer) {
  Json failed = Json::array();
  for (const verbs::FleetFailure& one : answer.failures) {
    Json& json = failed.emplace_back(Json{{"target", one.target}});
    if (const auto* error = std::get_if<Error>(&one.why)) {
      json["error"] = error->what();
      json["hint"] = error->hint();
    } else {
      json["explanation"] = parse_ordered_json(std::get<verbs::Explanation>(one.why).json);
    }
  }
  return failed;
}

Json libraries_json(const FleetAnswer& answer) {
  Json libraries = Json::array();
  for (const analysis::FleetLibrary& library : answer.libraries) {
    Json versions = Json::array();
    for (const analysis::LibraryVersion& one : library.versions) {
      versions.push_back({{"version", one.version},
                          {"sonames", one.sonames},
                          {"packages", package_names(answer.fleet, one.packages)},
                          {"images", image_names(answer.fleet, one.images)}});
    }
    libraries.push_back({{"library", library.name}, {"versions", versions}});
  }
  return libraries;
}

Json rebuild_json(const FleetAnswer& answer) {
  Json list = Json::array();
  for (const verbs::FleetRebuild& one : answer.rebuilds) {
    list.push_back({{"image", answer.fleet.images[one.image].name},
                    {"by", one.by_advisory ? "advisory" : "package"},
                    {"cause", one.cause},
                    {"package", one.package.str()},
                    {"fixed_in", one.fixed ? Json(one.fixed->str()) : Json()},
                    {"why", one.why.json.empty() ? Json() : parse_ordered_json(one.why.json)}});
  }
  return list;
}

Json outliers_json(const FleetAnswer& answer) {
  Json sizes = Json::array();
  for (const analysis::SizeOutlier& one : answer.size_outliers) {
    sizes.push_back({{"image", answer.fleet.images[one.image].name},
                     {"installed_size", one.size},
                     {"median", one.median},
                     {"least", one.least},
                     {"most", one.most}});
  }
  Json versions = Json::array();
  for (const analysis::VersionOutlier& one : answer.version_outliers) {
    versions.push_back({{"image", answer.fleet.images[one.image].name},
                        {"package", answer.fleet.packages[one.package].nevra.str()},
                        {"usual", answer.fleet.packages[one.usual].nevra.str()},
                        {"with_usual", one.with_usual},
                        {"images", one.images}});
  }
  return {{"sizes", sizes}, {"versions", versions}};
}

Json bases_json(const FleetAnswer& answer) {
  Json bases = Json::array();
  for (const analysis::FleetBase& one : answer.bases) {
    bases.push_back(
        {{"image", answer.fleet.images[one.image].name}, {"images_on_it", image_names(answer.fleet, one.on_it)}});
  }
  return bases;
}

// --- tables ---

FleetTable images_table(const FleetAnswer& answer) {
  FleetTable table{"images",
                   {"image", "kind", "arch", "digest", "is_base", "packages", "installed_size", "alone", "layer_size"},
                   {}};
  for (const Json& one : images_json(answer)) {
    Json row = Json::array();
    for (const std::string& column : table.columns) row.push_back(one.at(column));
    table.rows.push_back(std::move(row));
  }
  return table;
}

FleetTable packages_table(const FleetAnswer& answer) {
  FleetTable table{
      "packages",
      {"image", "name", "epoch", "version", "release", "arch", "size", "source", "source_version", "in_base"},
      {}};
  for (const analysis::FleetImage& image : answer.fleet.images) {
    for (const analysis::FleetMember& member : image.packages) {
      const analysis::FleetPackage& one = answer.fleet.packages[member.package];
      const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
      table.rows.push_back({image.name, one.nevra.name, one.nevra.epoch, one.nevra.version, one.nevra.release,
                            one.nevra.arch, member.size, or_null(one.source), or_null(one.source_version),
                            member.in_base});
    }
  }
  return table;
}

FleetTable libraries_table(const FleetAnswer& answer) {
  FleetTable table{"libraries", {"image", "library", "version", "soname"}, {}};
  for (const analysis::FleetLibrary& library : answer.libraries) {
    for (const analysis::LibraryVersion& version : library.versions) {
      for (const std::uint32_t image : version.images) {
        const auto add = [&](const Json& soname) {
          table.rows.push_back({answer.fleet.images[image].name, library.name, version.version, soname});
        };
        for (const std::string& soname : version.sonames) add(soname);
        if (version.sonames.empty()) add(Json());
      }
    }
  }
  return table;
}

FleetTable layers_table(const FleetAnswer& answer) {
  FleetTable table{"layers", {"image", "place", "digest", "size"}, {}};
  for (const analysis::FleetImage& image : answer.fleet.images) {
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
      table.rows.push_back({image.name, i, image.layers[i].digest, image.layers[i].size});
    }
  }
  return table;
}

FleetTable rebuilds_table(const FleetAnswer& answer) {
  FleetTable table{"rebuilds", {"image", "by", "cause", "package", "fixed_in", "root", "way"}, {}};
  for (const verbs::FleetRebuild& one : answer.rebuilds) {
    std::vector<std::string> way;
    for (const Nevra& package : one.way) way.push_back(package.str());
    table.rows.push_back({answer.fleet.images[one.image].name, one.by_advisory ? "advisory" : "package", one.cause,
                          one.package.str(), one.fixed ? Json(one.fixed->str()) : Json(),
                          one.way.empty() ? Json() : Json(one.root),
                          one.way.empty() ? Json() : Json(join(way, " > "))});
  }
  return table;
}

FleetTable outliers_table(const FleetAnswer& answer) {
  FleetTable table{"outliers", {"image", "by", "package", "found", "usual"}, {}};
  for (const analysis::SizeOutlier& one : answer.size_outliers) {
    table.rows.push_back(
        {answer.fleet.images[one.image].name, "size", Json(), std::to_string(one.size), std::to_string(one.median)});
  }
  for (const analysis::VersionOutlier& one : answer.version_outliers) {
    const Nevra& own = answer.fleet.packages[one.package].nevra;
    table.rows.push_back({answer.fleet.images[one.image].name, "version", own.name, own.evr(),
                          answer.fleet.packages[one.usual].nevra.evr()});
  }
  return table;
}

FleetTable bases_table(const FleetAnswer& answer) {
  FleetTable table{"bases", {"base", "image"}, {}};
  for (const analysis::FleetBase& one : answer.bases) {
    const std::string& base = answer.fleet.images[one.image].name;
    for (const std::uint32_t image : one.on_it) table.rows.push_back({base, answer.fleet.images[image].name});
    if (one.on_it.empty()) table.rows.push_back({base, Json()});
  }
  return table;
}

FleetTable common_base_table(const FleetAnswer& answer) {
  FleetTable table{"common_base", {"what", "name", "size"}, {}};
  for (const std::uint32_t image : answer.common_base.images) {
    table.rows.push_back({"image", answer.fleet.images[image].name, answer.fleet.images[image].size()});
  }
  for (const std::uint32_t package : answer.common_base.packages) {
    const analysis::FleetPackage& one = answer.fleet.packages[package];
    table.rows.push_back({"package", one.nevra.str(), one.size});
  }
  return table;
}

std::string csv_field(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return dump_json(value);
  std::string text = "\"";
  for (const char c : legible(value.get<std::string>())) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

}  // namespace

Json to_json(const FleetAnswer& answer) {
  const analysis::FleetBytes& bytes = answer.bytes;
  const analysis::FleetLayerBytes& layers = answer.layers;
  const analysis::CommonBase& base = answer.common_base;
  return {{"images", images_json(answer)},
          {"failed", failed_json(answer)},
          {"bytes",
           {{"packages", bytes.packages},
            {"common_packages", bytes.common_packages},
            {"all", bytes.all},
            {"alone", bytes.alone},
            {"common", bytes.common},
            {"repeated", bytes.repeated()}}},
          {"layers",
           {{"images", layers.images},
            {"layers", layers.layers},
            {"common_layers", layers.common},
            {"all", layers.all},
            {"once", layers.once}}},
          {"libraries", libraries_json(answer)},
          {"rebuild", answer.rebuilds_asked ? rebuild_json(answer) : Json()},
          {"not_looked_at", answer.not_looked_at},
          {"outliers", outliers_json(answer)},
          {"bases", bases_json(answer)},
          {"common_base",
           {{"images", image_names(answer.fleet, base.images)},
            {"packages", package_names(answer.fleet, base.packages)},
            {"size", base.size},
            {"saved", base.saved},
            {"at_most", base.bound},
            {"proved", base.proved()}}}};
}

std::vector<FleetTable> fleet_tables(const FleetAnswer& answer) {
  return {images_table(answer),   packages_table(answer), libraries_table(answer), layers_table(answer),
          rebuilds_table(answer), outliers_table(answer), bases_table(answer),     common_base_table(answer)};
}

std::string to_csv(const FleetTable& table) {
  std::string text = join(table.columns, ",") + "\n";
  for (const Json& row : table.rows) {
    std::vector<std::string> fields;
    for (const Json& value : row) fields.push_back(csv_field(value));
    text += join(fields, ",") + "\n";
  }
  return text;
}

std::string to_json_lines(const FleetTable& table, bool with_name) {
  std::string text;
  for (const Json& row : table.rows) {
    Json line = Json::object();
    if (with_name) line["table"] = table.name;
    for (std::size_t i = 0; i < table.columns.size(); ++i) line[table.columns[i]] = row.at(i);
    text += dump_json(line) + "\n";
  }
  return text;
}

}  // namespace rootlet::report
