#include "certificates.hpp"

#include <cstdlib>
#include <filesystem>
#include <set>
#include <vector>

#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> places() {
  std::vector<fs::path> list;
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    list.push_back(fs::path(home) / ".config/containers/certs.d");
  }
  list.emplace_back("/etc/containers/certs.d");
  list.emplace_back("/etc/docker/certs.d");
  return list;
}

}  // namespace

Certificates certificates_for(const std::string& host) {
  Certificates found;
  for (const fs::path& place : places()) {
    std::error_code error;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(place / host, error)) files.insert(entry.path());
    for (const fs::path& file : files) {
      const std::string kind = file.extension().string();
      if (kind == ".crt" && found.ca_file.empty()) found.ca_file = file.string();
      if (kind != ".cert" || !found.client_cert.empty()) continue;
      fs::path key = file;
      key.replace_extension(".key");
      if (!fs::exists(key, error))
        throw Error("'" + file.string() + "' has no key beside it", "it is named " + key.string());
      found.client_cert = file.string();
      found.client_key = key.string();
    }
    if (!files.empty()) break;
  }
  if (const char* bundle = std::getenv("SSL_CERT_FILE"); found.ca_file.empty() && bundle != nullptr) {
    found.ca_file = bundle;
  }
  return found;
}

}  // namespace rootlet::registry
