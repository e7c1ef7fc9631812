#include "support.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>

#include "base/handle.hpp"

namespace rootlet::test {
namespace {

std::string text(const char* utf8, const char* raw) { return utf8 != nullptr ? utf8 : raw != nullptr ? raw : ""; }

Member member_of(archive* reader, archive_entry* entry) {
  Member member;
  member.path = text(archive_entry_pathname_utf8(entry), archive_entry_pathname(entry));
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG: member.type = '-'; break;
    case AE_IFDIR: member.type = 'd'; break;
    case AE_IFLNK: member.type = 'l'; break;
    case AE_IFIFO: member.type = 'p'; break;
    default: break;
  }
  member.target = text(archive_entry_symlink_utf8(entry), archive_entry_symlink(entry));
  if (const std::string link = text(archive_entry_hardlink_utf8(entry), archive_entry_hardlink(entry)); !link.empty()) {
    member.type = 'h';
    member.target = link;
  }
  member.mode = static_cast<unsigned>(archive_entry_perm(entry));
  member.uid = archive_entry_uid(entry);
  member.gid = archive_entry_gid(entry);
  member.mtime = archive_entry_mtime(entry);
  CHECK(text(nullptr, archive_entry_uname(entry)).empty());
  CHECK_FALSE(archive_entry_atime_is_set(entry));
  CHECK_FALSE(archive_entry_ctime_is_set(entry));
  archive_entry_xattr_reset(entry);
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
    member.xattrs[name] = std::string(static_cast<const char*>(value), size);
  }
  if (archive_entry_size(entry) > (1 << 28)) return member;  // content is left alone
  char buffer[4096];
  for (la_ssize_t got = 0; (got = archive_read_data(reader, buffer, sizeof buffer)) > 0;) {
    member.content.append(buffer, static_cast<std::size_t>(got));
  }
  return member;
}

}  // namespace

std::vector<Member> read_tar(const fs::path& path) {
  const Handle<archive, archive_read_free> reader{archive_read_new()};
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_all(reader.get());
  REQUIRE(archive_read_open_filename(reader.get(), path.c_str(), 65536) == ARCHIVE_OK);
  std::vector<Member> members;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  // A warning: a name that the test's locale does not have.
  while ((status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN) {
    members.push_back(member_of(reader.get(), entry));
  }
  CHECK(status == ARCHIVE_EOF);
  return members;
}

std::vector<std::string> paths_of(const std::vector<Member>& members) {
  std::vector<std::string> paths;
  for (const Member& member : members) paths.push_back(member.path);
  return paths;
}

Member find(const std::vector<Member>& members, const std::string& path) {
  for (const Member& member : members) {
    if (member.path == path) return member;
  }
  FAIL("no member '" << path << "'");
  return {};
}

image::WriteOptions options_for(image::Format format, image::Compression compression) {
  image::WriteOptions options;
  options.format = format;
  options.compression = compression;
  options.source_date_epoch = epoch;
  options.name = "test";
  options.arch = "x86_64";
  options.created_by = "rootlet build test.yaml";
  return options;
}

std::vector<Member> tar_of(const fs::path& root) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  Progress silent;
  image::write(OpenDirectory(root).fd(), {image::NewLayer{}}, {}, options_for(image::Format::tar), dir.directory(),
               "tar", silent);
  return read_tar(dir.path() / "tar");
}

Outcome run(const std::string& command) {
  Outcome outcome;
  std::FILE* const pipe = popen(("{ " + command + "; } 2>&1").c_str(), "re");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) outcome.output.append(buffer, got);
  const int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

bool have(const std::string& program) {
  if (run("command -v " + program).status == 0) return true;
  WARN("skipped: " << program << " is not installed");
  return false;
}

}  // namespace rootlet::test
