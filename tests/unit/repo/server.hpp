#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/fs.hpp"
#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::test {

/// tests/support/http_server.py as a child process, over a directory of its own.
class HttpServer {
 public:
  HttpServer();
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] fs::path www() const { return dir_.path() / "www"; }
  /// "http://127.0.0.1:1234/<path>"
  [[nodiscard]] std::string url(const std::string& path) const;
  /// JSON; see the script.
  void rules(const std::string& json) const;
  /// The lines of the log since the last call.
  std::vector<std::string> requests();
  /// Puts HOST in the place of this server's address.
  [[nodiscard]] std::string without_port(std::string text) const;

 private:
  TempDir dir_;
  pid_t child_ = -1;
  std::string address_;
  std::size_t seen_ = 0;
};

/// One file of a test repository's metadata.
struct TestFile {
  std::string type;     ///< "primary"
  std::string name;     ///< below repodata/
  std::string content;  ///< as served
  std::string digest = "sha256";
};

/// Writes repodata/ with a repomd.xml that tells the truth about the files.
void write_repodata(const fs::path& repo, const std::vector<TestFile>& files);

/// The element of repomd.xml; everything can be a lie.
std::string repomd_record(const std::string& type, const std::string& location, const std::string& digest,
                          const std::string& hex, const std::string& size);
std::string repomd_document(const std::string& records);

RepoSpec repo_spec(const std::string& id, const std::vector<std::string>& baseurl);

/// Runs a program; true when it exits with 0.
bool run_program(const std::vector<std::string>& command);

/// The message of the Error that `call` throws, and "hint: …" on a line of its own; "" when it throws none.
template <class Call>
std::string error_of(Call call);

}  // namespace rootlet::test

#include "rootlet/error.hpp"

template <class Call>
std::string rootlet::test::error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what() + (error.hint().empty() ? "" : "\nhint: " + error.hint());
  }
  return "";
}
