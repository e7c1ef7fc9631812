#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "credentials.hpp"
#include "http.hpp"

namespace rootlet::registry {

/// Identity that a registry has been told, and what it gave for that. Threads may share it.
class RegistryLogin {
 public:
  explicit RegistryLogin(ImageReference reference) : reference_(std::move(reference)) {}
  /// Of another repository of the same registry, which is reached in the same way.
  RegistryLogin(ImageReference reference, const RegistryLogin& other);

  /// "https://HOST": what has worked so far.
  [[nodiscard]] std::string base() const;
  /// Another repository that blobs may be taken from; empty: none. To be told before there are threads.
  void take_from(std::string repository) { other_ = std::move(repository); }
  [[nodiscard]] const std::string& other() const noexcept { return other_; }
  /// Goes over to plain HTTP.
  void without_tls();

  [[nodiscard]] Identity identity() const;
  /// Answers a challenge: gets a token, or takes the credentials. `used`: the identity that was refused; where another
  /// thread has told a better one since, that will do. `writes`: the token is to let us push. False: there is nothing
  /// to tell, or it was told and did not help. Errors: the server of tokens refuses.
  bool answer(const HttpAnswer& refused, const Identity& used, bool writes, HttpClient& http);

 private:
  std::string token(const std::map<std::string, std::string>& parameters, bool writes, HttpClient& http) const;

  ImageReference reference_;
  std::string other_;
  mutable std::mutex mutex_;
  std::string scheme_ = "https";
  Identity identity_;
  std::optional<std::optional<Credentials>> credentials_;  ///< once they were looked for
};

}  // namespace rootlet::registry
