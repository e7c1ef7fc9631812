#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "image/write.hpp"

namespace rootlet::test {

/// An entry of a tar as libarchive reads it.
struct Member {
  std::string path;
  char type = '?';  ///< as in `ls -l`; 'h' for a hard link
  unsigned mode = 0;
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::int64_t mtime = 0;
  std::string target;
  std::map<std::string, std::string> xattrs;
  std::string content;
};

std::vector<Member> read_tar(const fs::path& path);
std::vector<std::string> paths_of(const std::vector<Member>& members);
/// Fails the test when there is none.
Member find(const std::vector<Member>& members, const std::string& path);

/// Options for x86_64, named test:latest, with a fixed time.
image::WriteOptions options_for(image::Format format, image::Compression compression = image::Compression::none);
inline constexpr std::int64_t epoch = 1700000000;

/// Writes the root as a plain tar and reads it back.
std::vector<Member> tar_of(const fs::path& root);

struct Outcome {
  int status = -1;
  std::string output;  ///< stdout and stderr
};
/// Runs a shell command.
Outcome run(const std::string& command);
/// Whether the program is there; says in the test's output that the test is skipped when not.
bool have(const std::string& program);

}  // namespace rootlet::test
