#pragma once

#include <string>

namespace rootlet::registry {

/// Files that a registry's TLS needs besides the system's; empty: none.
struct Certificates {
  std::string ca_file;
  std::string client_cert, client_key;
};

/// Those of a host, from the first directory that has some for it (containers-certs.d(5)):
/// ~/.config/containers/certs.d, /etc/containers/certs.d, /etc/docker/certs.d; and, without an authority there, that of
/// the variable SSL_CERT_FILE. Of several the first by name counts.
Certificates certificates_for(const std::string& host);

}  // namespace rootlet::registry
