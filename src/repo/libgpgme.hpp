#pragma once

#include <gpgme.h>

#include "base/lazy_library.hpp"

namespace rootlet::repo {

inline constinit LazyLibrary libgpgme(ROOTLET_LIBGPGME);

ROOTLET_LAZY(libgpgme, gpgme_check_version_internal);
ROOTLET_LAZY(libgpgme, gpgme_ctx_set_engine_info);
ROOTLET_LAZY(libgpgme, gpgme_data_new_from_mem);
ROOTLET_LAZY(libgpgme, gpgme_data_release);
ROOTLET_LAZY(libgpgme, gpgme_engine_check_version);
ROOTLET_LAZY(libgpgme, gpgme_new);
ROOTLET_LAZY(libgpgme, gpgme_op_import);
ROOTLET_LAZY(libgpgme, gpgme_op_import_result);
ROOTLET_LAZY(libgpgme, gpgme_op_verify);
ROOTLET_LAZY(libgpgme, gpgme_op_verify_result);
ROOTLET_LAZY(libgpgme, gpgme_release);
ROOTLET_LAZY(libgpgme, gpgme_set_offline);
ROOTLET_LAZY(libgpgme, gpgme_set_protocol);
ROOTLET_LAZY(libgpgme, gpgme_strerror);

}  // namespace rootlet::repo
