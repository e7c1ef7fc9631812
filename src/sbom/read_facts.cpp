// Facts that documents of all formats state in the same or nearly the same words.
#include <algorithm>
#include <charconv>
#include <chrono>

#include "draft.hpp"
#include "model/distributions.hpp"
#include "model/package_url.hpp"

namespace rootlet::sbom {
namespace {

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

/// The epoch of a package URL: a qualifier, or what stands before the version, from where it is taken away.
std::uint32_t epoch_of(const PackageUrl& url, std::string& version, const Field& place) {
  std::string epoch = url.qualifier("epoch");
  if (const std::size_t colon = version.find(':'); epoch.empty() && colon != std::string::npos) {
    epoch = version.substr(0, colon);
    version.erase(0, colon + 1);
  }
  if (version.find(':') != std::string::npos) place.fail("'" + version + "' is no version of an RPM package");
  if (epoch.empty()) return 0;
  std::uint32_t number = 0;
  const char* const end = epoch.data() + epoch.size();
  const auto [stopped, problem] = std::from_chars(epoch.data(), end, number);
  if (problem != std::errc() || stopped != end) place.fail("'" + epoch + "' is no epoch");
  return number;
}

/// Name, EVR and architecture of a package URL; nothing: it has no version and release.
std::optional<Nevra> nevra_of(const PackageUrl& url, const Field& place) {
  std::string version = url.version;
  const std::uint32_t epoch = epoch_of(url, version, place);
  const std::size_t dash = version.rfind('-');
  if (dash == std::string::npos || dash == 0 || dash + 1 == version.size()) return std::nullopt;
  Nevra nevra{url.name, epoch, version.substr(0, dash), version.substr(dash + 1), url.qualifier("arch")};
  for (const std::string* text : {&nevra.name, &nevra.version, &nevra.release, &nevra.arch}) {
    if (has_control_character(*text)) place.fail("'" + *text + "' holds a control character");
  }
  return nevra;
}

void fill(std::string& field, const std::string& value) {
  if (field.empty() && !has_control_character(value)) field = value;
}

void add_qualifiers(const PackageUrl& url, NamedPackage& named) {
  SbomPackage& package = named.package;
  fill(package.source_rpm, url.qualifier("upstream"));
  fill(package.repo, url.qualifier("repository_id"));
  fill(package.modularity_label, url.qualifier("modularitylabel"));
  fill(package.modularity_label, url.qualifier("rpmmod"));
  fill(named.distro, url.qualifier("distro"));
  const std::string sum = url.qualifier("checksum");
  const std::string first = sum.substr(0, sum.find(','));  // a list, by the specification
  const std::size_t colon = first.find(':');
  if (colon == std::string::npos || !package.checksum.hex.empty()) return;
  package.checksum = checksum_of(first.substr(0, colon), first.substr(colon + 1));
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::optional<NamedPackage> package_named(const std::vector<Field>& urls) {
  std::optional<NamedPackage> named;
  for (const Field& field : urls) {
    const auto url = parse_package_url(field.text());
    if (!url || url->type != "rpm") continue;
    if (!named) {
      auto nevra = nevra_of(*url, field);
      if (!nevra) continue;
      named.emplace().package.nevra = std::move(*nevra);
    }
    add_qualifiers(*url, *named);
  }
  return named;
}

OsRelease system_of(const NamedSystem& named) {
  OsRelease system;
  system.id = named.id.empty() ? std::string(id_of_trivy_name(named.name)) : named.id;
  system.version_id = named.version;
  system.name = named.title;
  const std::string end = " " + named.version;
  if (!named.version.empty() && system.name.ends_with(end)) system.name.erase(system.name.size() - end.size());
  system.cpe = named.cpe;
  return system;
}

OsRelease system_of_distro(const std::string& distro) {
  for (std::size_t dash = distro.rfind('-'); dash != std::string::npos && dash > 0;
       dash = distro.rfind('-', dash - 1)) {
    const std::string version = distro.substr(dash + 1);
    const bool number = !version.empty() && version[0] >= '0' && version[0] <= '9';
    if (number) return system_of({distro.substr(0, dash), version, {}});
  }
  return system_of({distro, {}, {}});
}

std::int64_t seconds_of(const std::string& time) {
  constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd";
  if (time.size() < pattern.size()) return 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = time[i] >= '0' && time[i] <= '9';
    if (pattern[i] == 'd' ? !digit : time[i] != pattern[i]) return 0;
  }
  const auto number = [&](std::size_t at, std::size_t size) { return std::stoi(time.substr(at, size)); };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!day.ok()) return 0;
  const std::int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  return std::max<std::int64_t>(0,
                                (days * 24 + number(11, 2)) * 3600 + std::int64_t{60} * number(14, 2) + number(17, 2));
}

bool is_digest(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string type = text.substr(0, colon);
  return colon != std::string::npos && (type == "sha256" || type == "sha384" || type == "sha512") &&
         is_hex(std::string_view(text).substr(colon + 1));
}

Checksum checksum_of(const std::string& algorithm, const std::string& hex) {
  std::string type;
  for (const char c : algorithm) {
    if (c != '-') type += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (!is_hex(hex)) return {};
  return {type, hex};
}

std::string text_at(const Field& object, const char* name) {
  return object.has(name) ? object.at(name).raw_text() : "";
}

std::vector<Field> list_at(const Field& object, const char* name) {
  return object.has(name) ? object.at(name).list() : std::vector<Field>{};
}

}  // namespace rootlet::sbom
