#include <algorithm>
#include <array>
#include <cstdlib>

#include "java_keystore.hpp"
#include "root/beneath.hpp"
#include "rootfs/install.hpp"

namespace rootlet::rootfs {
namespace {

constexpr std::int64_t seconds_per_day = 86400;

/// shadow(5) with every date of last password change (third field, days since 1970) that is later than `latest`, or not
/// before `made`, replaced by `latest`.
std::string with_dates_until(const std::string& shadow, std::int64_t latest, std::int64_t made) {
  std::string out;
  for (std::size_t begin = 0; begin < shadow.size();) {
    const std::size_t end = std::min(shadow.find('\n', begin), shadow.size());
    std::string line = shadow.substr(begin, end - begin);
    const std::size_t second = line.find(':', line.find(':') + 1);
    const std::size_t third = second == std::string::npos ? second : line.find(':', second + 1);
    const bool dated = third != std::string::npos && third > second + 1;
    const std::int64_t date = dated ? std::strtoll(line.c_str() + second + 1, nullptr, 10) : 0;
    if (dated && (date > latest || date >= made)) {
      line.replace(second + 1, third - second - 1, std::to_string(latest));
    }
    out += line;
    if (end < shadow.size()) out += '\n';
    begin = end + 1;
  }
  return out;
}

}  // namespace

void settle(const root::Root& root, std::int64_t source_date_epoch, std::int64_t made_from) {
  for (const char* path : {"/etc/shadow", "/etc/shadow-"}) {
    const auto file = root.read(path);
    if (!file) continue;
    const std::string content =
        with_dates_until(file->content, source_date_epoch / seconds_per_day, made_from / seconds_per_day);
    if (content != file->content) root.write(path, content, file->access);
  }
  constexpr const char* trust_store = "/etc/pki/ca-trust/extracted/java/cacerts";
  if (const auto file = root.read(trust_store)) {
    const auto content = keystore_dated_until(file->content, source_date_epoch, made_from);
    if (content && *content != file->content) root.write(trust_store, *content, file->access);
  }
  if (const auto id = root.read("/etc/machine-id"); id && !id->content.empty()) {
    root.write("/etc/machine-id", "", id->access);
  }
  root.remove_entries(
      "/var/lib/systemd", [](const std::string& name, bool directory) { return name == "random-seed" && !directory; },
      false);
}

}  // namespace rootlet::rootfs
