#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "parts.hpp"

namespace rootlet::sbom {
namespace {

struct FormatName {
  SbomFormat format;
  std::string_view name;
  std::string_view media_type;
  std::string_view file_ending;
};
// As Syft, apko and others name such files; two versions of SPDX are told apart.
constexpr std::array formats{
    FormatName{SbomFormat::spdx_2_3, format_names[0], "application/spdx+json", ".spdx.json"},
    FormatName{SbomFormat::spdx_3_0, format_names[1], "application/spdx+json", ".spdx3.json"},
    FormatName{SbomFormat::cyclonedx_1_6, format_names[2], "application/vnd.cyclonedx+json", ".cdx.json"}};

const FormatName& entry_of(SbomFormat format) {
  return *std::find_if(formats.begin(), formats.end(), [&](const FormatName& one) { return one.format == format; });
}

struct Algorithm {
  std::string_view type;  ///< rpm-md's
  std::string_view spdx;
  std::string_view cyclonedx;
};
constexpr std::array algorithms{Algorithm{"md5", "MD5", "MD5"},           Algorithm{"sha", "SHA1", "SHA-1"},
                                Algorithm{"sha1", "SHA1", "SHA-1"},       Algorithm{"sha224", "SHA224", ""},
                                Algorithm{"sha256", "SHA256", "SHA-256"}, Algorithm{"sha384", "SHA384", "SHA-384"},
                                Algorithm{"sha512", "SHA512", "SHA-512"}};

const Algorithm* algorithm_of(const Checksum& checksum) {
  if (checksum.hex.empty()) return nullptr;
  for (const Algorithm& one : algorithms) {
    if (one.type == checksum.type) return &one;
  }
  return nullptr;
}

std::string with_plain_letters(std::string_view text) {
  std::string id(text);
  for (char& c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    if (!plain) c = '-';
  }
  return id;
}

}  // namespace

std::string_view format_name(SbomFormat format) noexcept { return entry_of(format).name; }

std::optional<SbomFormat> format_of(std::string_view name) noexcept {
  for (const FormatName& one : formats) {
    if (one.name == name) return one.format;
  }
  return std::nullopt;
}

std::string_view media_type(SbomFormat format) noexcept { return entry_of(format).media_type; }

std::string_view file_ending(SbomFormat format) noexcept { return entry_of(format).file_ending; }

std::string Ids::make(std::string_view prefix, std::string_view text) {
  std::string id = std::string(prefix) + with_plain_letters(text);
  std::size_t number = given_[id]++;
  while (number > 0) {
    std::string numbered = fmt::format("{}-{}", id, number + 1);
    if (given_[numbered]++ == 0) return numbered;
    ++number;
  }
  return id;
}

std::vector<std::string> package_ids(const Sbom& sbom, std::string_view prefix) {
  Ids ids;
  std::vector<std::string> list;
  for (const SbomPackage& package : sbom.packages) {
    list.push_back(
        ids.make(prefix, fmt::format("{}-{}.{}", package.nevra.name, version_of(package.nevra), package.nevra.arch)));
  }
  return list;
}

bool is_noted_of_base(std::string_view comment) {
  return comment == note_of_base || comment.starts_with(std::string(note_of_base) + "\n");
}

std::string version_of(const Nevra& nevra) {
  std::string version = nevra.epoch == 0 ? "" : fmt::format("{}:", nevra.epoch);
  version += nevra.version;
  if (!nevra.release.empty()) version += "-" + nevra.release;
  return version;
}

SplitDigest split_digest(const std::string& digest) {
  const std::size_t colon = digest.find(':');
  return {digest.substr(0, colon), digest.substr(colon + 1)};
}

std::string time_text(std::int64_t seconds) {
  constexpr std::int64_t year_10000 = 253'402'300'800;
  const std::chrono::sys_seconds time{std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, year_10000 - 1))};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day day(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string uuid_of(std::string_view text) {
  std::string hex = digest_of(text).substr(0, 32);
  hex[12] = '8';
  hex[16] = "89ab"[(hex[16] <= '9' ? hex[16] - '0' : hex[16] - 'a' + 10) & 3];
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

std::string title_of(const OsRelease& system) {
  std::string title = system.name.empty() ? system.id : system.name;
  if (!title.empty() && !system.version_id.empty()) title += " " + system.version_id;
  return legible(title);
}

std::string text_of(const SbomJson& document) { return dump_json(document, 2) + "\n"; }

std::vector<std::string> package_urls(const SbomPackage& package, const OsRelease& system) {
  std::vector<std::string> urls{package_url(package, system)};
  if (std::string full = full_package_url(package, system); full != urls.front()) urls.push_back(std::move(full));
  return urls;
}

std::string own_license_id(std::string_view license) {
  return fmt::format("LicenseRef-{}-{}", with_plain_letters(license.substr(0, 40)), digest_of(license).substr(0, 8));
}

bool is_web_address(std::string_view url) {
  const auto plain = [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' && c != '{' &&
           c != '|' && c != '}';
  };
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  return web && url.size() > 8 && url.size() < 2000 && std::all_of(url.begin(), url.end(), plain);
}

bool is_cpe(std::string_view name) {
  if (!name.starts_with("cpe:/") && !name.starts_with("cpe:2.3:")) return false;
  return std::all_of(name.begin() + 4, name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/:._-~%*").find(c) != std::string_view::npos;
  });
}

std::string spdx_algorithm(const Checksum& checksum) {
  const Algorithm* found = algorithm_of(checksum);
  return found == nullptr ? "" : std::string(found->spdx);
}

std::string cyclonedx_algorithm(const Checksum& checksum) {
  const Algorithm* found = algorithm_of(checksum);
  return found == nullptr ? "" : std::string(found->cyclonedx);
}

std::string origin_of(const SbomFile& file) {
  return file.origin.empty() ? "no package owns it; what made it is not known"
                             : "no package owns it; made by: " + file.origin;
}

std::string document(const Sbom& sbom, SbomFormat format) {
  switch (format) {
    case SbomFormat::spdx_2_3: return spdx2(sbom);
    case SbomFormat::spdx_3_0: return spdx3(sbom);
    case SbomFormat::cyclonedx_1_6: break;
  }
  return cyclonedx(sbom);
}

}  // namespace rootlet::sbom
