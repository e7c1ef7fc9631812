#include "model/os_release.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::sbom {

OsRelease os_release(std::string_view text) {
  OsReleaseValues values = os_release_values(text);
  return {values["ID"], values["VERSION_ID"], values["NAME"], values["CPE_NAME"]};
}

}  // namespace rootlet::sbom
