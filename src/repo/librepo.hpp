#pragma once

#include <librepo/librepo.h>

#include <string>

#include "base/handle.hpp"

namespace rootlet::repo {

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
