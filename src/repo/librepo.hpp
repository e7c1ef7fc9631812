#pragma once

#include <librepo/librepo.h>

#include <string>

#include "base/handle.hpp"
#include "base/lazy_library.hpp"

namespace rootlet::repo {

// With GLib, which it is linked with.
inline constinit LazyLibrary librepo(ROOTLET_LIBREPO);

ROOTLET_LAZY(librepo, g_clear_error);
ROOTLET_LAZY(librepo, g_log_set_handler);
ROOTLET_LAZY(librepo, g_slist_append);
ROOTLET_LAZY(librepo, g_slist_free);
ROOTLET_LAZY(librepo, g_slist_prepend);
ROOTLET_LAZY(librepo, lr_checksum_type);
ROOTLET_LAZY(librepo, lr_download);
ROOTLET_LAZY(librepo, lr_downloadtarget_free);
ROOTLET_LAZY(librepo, lr_downloadtarget_new);
ROOTLET_LAZY(librepo, lr_downloadtargetchecksum_new);
ROOTLET_LAZY(librepo, lr_handle_free);
ROOTLET_LAZY(librepo, lr_handle_init);
ROOTLET_LAZY(librepo, lr_handle_perform);
ROOTLET_LAZY(librepo, lr_handle_setopt);
ROOTLET_LAZY(librepo, lr_metalink_free);
ROOTLET_LAZY(librepo, lr_metalink_init);
ROOTLET_LAZY(librepo, lr_metalink_parse_file);
ROOTLET_LAZY(librepo, lr_mirrorlist_free);
ROOTLET_LAZY(librepo, lr_mirrorlist_init);
ROOTLET_LAZY(librepo, lr_mirrorlist_parse_file);
ROOTLET_LAZY(librepo, lr_result_free);
ROOTLET_LAZY(librepo, lr_result_init);
ROOTLET_LAZY(librepo, lr_yum_repomd_free);
ROOTLET_LAZY(librepo, lr_yum_repomd_init);
ROOTLET_LAZY(librepo, lr_yum_repomd_parse_file);

/// Receives a GError from a call and frees it.
class LibrepoError {
 public:
  LibrepoError() = default;
  LibrepoError(const LibrepoError&) = delete;
  LibrepoError& operator=(const LibrepoError&) = delete;
  ~LibrepoError() { g_clear_error(&error_); }

  [[nodiscard]] GError** out() noexcept {
    g_clear_error(&error_);
    return &error_;
  }
  [[nodiscard]] std::string message() const { return error_ != nullptr ? error_->message : "unknown error of librepo"; }

 private:
  GError* error_ = nullptr;
};

inline std::string text(const char* value) { return value != nullptr ? value : ""; }

}  // namespace rootlet::repo
