#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;
using image::Compression;
using image::Format;

namespace {

/// The message and, after a bar, the hint; empty when accepted.
std::string refusal(const fs::path& out, Format format) {
  try {
    image::check_output(out, format);
    return "";
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.what() + std::string(" | ") + error.hint();
  }
}

}  // namespace

TEST_CASE("an output is refused where its directory is missing") {
  CHECK(refusal("/nonexistent/y", Format::oci) ==
        "cannot write '/nonexistent/y': directory '/nonexistent' does not exist | mkdir -p '/nonexistent'");
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  write_file(dir.path() / "file", "");
  CHECK_THAT(refusal(dir.path() / "file" / "y", Format::tar), Contains("is no directory"));
}

TEST_CASE("only what is an output of the same kind is replaced") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path file = dir.path() / "file";
  const fs::path empty = dir.path() / "empty";
  const fs::path full = dir.path() / "full";
  const fs::path layout = dir.path() / "layout";
  const fs::path link = dir.path() / "link";
  write_file(file, "");
  for (const fs::path& made : {empty, full, layout}) make_dirs(made);
  write_file(full / "x", "");
  write_file(layout / "oci-layout", "{}");
  fs::create_directory_symlink(empty, link);
  for (const Format format : {Format::oci, Format::dir}) {
    CHECK(refusal(empty, format).empty());
    CHECK(refusal(empty / "", format).empty());
    CHECK(refusal(dir.path() / "new", format).empty());
    CHECK(refusal(dir.path() / "new" / "", format).empty());
    CHECK_THAT(refusal(file, format), Contains("it is a file"));
    CHECK_THAT(refusal(full, format), Contains("it is a directory that is "));
    CHECK_THAT(refusal(link, format), Contains("symbolic link"));
  }
  CHECK(refusal(layout, Format::oci).empty());
  CHECK_FALSE(refusal(layout, Format::dir).empty());
  for (const Format format : {Format::oci_archive, Format::docker_archive, Format::tar}) {
    CHECK(refusal(file, format).empty());
    CHECK(refusal(dir.path() / "new", format).empty());
    CHECK_THAT(refusal(dir.path() / "new" / "", format), Contains("slash"));
    CHECK_THAT(refusal(empty, format), Contains("it is a directory"));
    CHECK_THAT(refusal("/dev/null", format), Contains("no regular file"));
    CHECK_THAT(refusal(link, format), Contains("symbolic link"));
  }
  for (const char* name : {".", "..", "/", "./", ""}) CHECK_THAT(refusal(name, Format::oci), Contains("no name"));
}

TEST_CASE("options that cannot be followed are refused before any work") {
  const auto refused = [](auto change) {
    image::WriteOptions options = options_for(Format::docker_archive);
    change(options);
    CHECK_THROWS_AS(image::check_options(options), Error);
  };
  refused([](auto& options) { options.arch = "noarch"; });
  refused([](auto& options) { options.tag = "a b"; });
  refused([](auto& options) { options.tag = ""; });
  refused([](auto& options) { options.name = "Nginx"; });
  refused([](auto& options) { options.name = ""; });
  refused([](auto& options) { options.name = "a..b"; });
  refused(
      [](auto& options) { options.format = Format::oci, options.level = 13, options.compression = Compression::gzip; });
  image::WriteOptions options = options_for(Format::docker_archive);
  options.name = "example/nginx-1.24";
  CHECK_NOTHROW(image::check_options(options));
  options.format = Format::tar;
  options.arch = "";
  CHECK_NOTHROW(image::check_options(options));
}

TEST_CASE("a tar is compressed as its suffix says") {
  CHECK(image::default_compression("a.tar", Format::tar) == Compression::none);
  CHECK(image::default_compression("a.tar.gz", Format::tar) == Compression::gzip);
  CHECK(image::default_compression("a.tgz", Format::tar) == Compression::gzip);
  CHECK(image::default_compression("a.tar.zst", Format::tar) == Compression::zstd);
  CHECK(image::default_compression("a.tar.gz", Format::docker_archive) == Compression::none);
  CHECK(image::default_compression("a", Format::oci) == Compression::gzip);
  CHECK(image::parse_format("docker-archive") == Format::docker_archive);
  CHECK_FALSE(image::parse_format("docker"));
}

TEST_CASE("a full disk is an error with the file's name and the cause") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path small = dir.path() / "small";
  make_dirs(small);
  if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m") != 0) {
    WARN("skipped: cannot mount a small file system");
    return;
  }
  make_dirs(dir.path() / "root");
  std::mt19937 random(1);
  std::string noise;
  for (int i = 0; i < 3'000'000; ++i) noise += static_cast<char>(random());
  write_file(dir.path() / "root" / "noise", noise);
  Progress silent;
  for (const Format format : {Format::oci, Format::oci_archive, Format::docker_archive, Format::tar}) {
    std::string message;
    try {
      image::write(OpenDirectory(dir.path() / "root").fd(), {image::NewLayer{}}, {},
                   options_for(format, Compression::gzip), OpenDirectory(small), "out", silent);
    } catch (const Error& error) {
      message = error.what();
      CHECK_FALSE(error.hint().empty());
    }
    CHECK_THAT(message, Contains(small.string()) && Contains("No space left on device"));
    remove_tree(small / "out");
    CHECK(fs::is_empty(small));
  }
  CHECK(umount(small.c_str()) == 0);
}
