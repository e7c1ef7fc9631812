#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

class RegistryLogin;

/// Client of a repository in a registry (distribution-spec 1.1). It tells who asks where the registry wants to know,
/// repeats what fails for a while, and goes on where a connection broke. Errors of all of it name the image, the cause
/// and the way out.
class Client {
 public:
  Client(const ImageReference& reference, const Settings& settings);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Another one with the same tokens, for another thread.
  [[nodiscard]] Client again() const;
  /// Goes over to another repository of the same registry, with the connection that there is.
  void go_to(const ImageReference& reference);

  [[nodiscard]] const ImageReference& reference() const noexcept { return reference_; }

  /// The manifest of a tag or digest. Errors: there is none; it is larger than 4 MiB, or not of that digest.
  StoredManifest manifest(const std::string& name);

  /// Whether the registry has a blob of that digest in this repository.
  bool has_blob(const std::string& digest);

  /// Blobs that are to be put there may be in that other repository of the registry: an image's base, say. To be told
  /// before anything is asked.
  void take_from(const std::string& repository);
  /// How a blob came to be there.
  enum class Came { uploaded, mounted };
  /// Puts a blob there, out of another repository of the registry if that can be, else with the bytes that `read` gives
  /// from a place on. Goes on where a connection broke. Errors: as the registry says; `read`'s.
  Came put_blob(const std::string& digest, const Upload& content);

  /// Puts a manifest there under a tag or its digest. Returns whether the registry keeps lists of referrers itself, as
  /// far as a subject of the manifest lets it tell (distribution-spec 1.1, "Pushing Manifests with Subject").
  bool put_manifest(const std::string& name, const std::string& media_type, const std::string& content);

  /// The manifest of a tag; nothing: there is no such tag.
  std::optional<StoredManifest> find_manifest(const std::string& name);

  /// Streams a blob. Errors: there is none; it ends early, or has more than `size` bytes.
  void blob(const std::string& digest, std::uint64_t size, const std::function<void(std::string_view)>& take);

 private:
  Client(ImageReference reference, const Settings& settings, std::shared_ptr<RegistryLogin> login);
  HttpAnswer ask(HttpRequest request);
  StoredManifest read_manifest(const std::string& name, HttpAnswer answer) const;
  HttpAnswer get_manifest(const std::string& name);
  std::optional<std::uint64_t> received(std::string& place);
  std::string begin_upload(const std::string& digest, const std::string& what);
  std::string upload_part(const std::string& place, const Upload& content, std::uint64_t from, const std::string& what);
  HttpAnswer try_once(HttpRequest& request);
  [[noreturn]] void fail(const HttpAnswer& answer, const std::string& what) const;
  [[noreturn]] void fail(const ConnectionFailed& failure, const std::string& what) const;
  [[nodiscard]] std::string url(const std::string& rest) const;

  ImageReference reference_;
  Settings settings_;
  std::unique_ptr<HttpClient> http_;
  std::shared_ptr<RegistryLogin> login_;
};

}  // namespace rootlet::registry
