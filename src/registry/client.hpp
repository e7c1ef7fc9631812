#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http.hpp"
#include "registry/reference.hpp"
#include "registry/settings.hpp"

namespace rootlet::registry {

/// Manifest or index as a registry has it.
struct StoredManifest {
  std::string content;
  std::string media_type;
  std::string digest;  ///< of the content
};

class Access;

/// Client of a repository in a registry (distribution-spec 1.1). It tells who asks where the registry wants to know,
/// repeats what fails for a while, and goes on where a connection broke. Errors of all of it name the image, the cause
/// and the way out.
class Client {
 public:
  Client(Reference reference, const Settings& settings);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Another one with the same tokens, for another thread.
  [[nodiscard]] Client again() const;

  [[nodiscard]] const Reference& reference() const noexcept { return reference_; }

  /// The manifest of a tag or digest. Errors: there is none; it is larger than 4 MiB, or not of that digest.
  StoredManifest manifest(const std::string& name);

  /// Streams a blob. Errors: there is none; it ends early, or has more than `size` bytes.
  void blob(const std::string& digest, std::uint64_t size, const std::function<void(std::string_view)>& take);

 private:
  Client(Reference reference, const Settings& settings, std::shared_ptr<Access> access);
  HttpAnswer ask(HttpRequest request);
  HttpAnswer try_once(HttpRequest& request);
  [[noreturn]] void fail(const HttpAnswer& answer, const std::string& what) const;
  [[noreturn]] void fail(const ConnectionFailed& failure, const std::string& what) const;
  [[nodiscard]] std::string url(const std::string& rest) const;

  Reference reference_;
  Settings settings_;
  std::unique_ptr<HttpClient> http_;
  std::shared_ptr<Access> access_;
};

}  // namespace rootlet::registry
