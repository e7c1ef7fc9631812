#include <fcntl.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "base/digest.hpp"
#include "stream/source.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using image::FinishedLayer;
using image::Format;
using image::ImageLayer;
using image::NewLayer;

namespace {

using Paths = std::vector<std::string>;

/// A root to make images of, and a place for these.
struct Workbench {
  TempDir dir{fs::temp_directory_path(), "rootlet-test-"};
  fs::path root = dir.path() / "root";
  Workbench() { make_dirs(root); }

  void file(const std::string& name) const {
    make_dirs((root / name).parent_path());
    std::ofstream(root / name, std::ios::binary) << name;
  }
  image::WriteResult write(const std::vector<ImageLayer>& layers, Format format, const std::string& name) const {
    Progress silent;
    return image::write(OpenDirectory(root).fd(), layers, {}, options_for(format), dir.directory(), name, silent);
  }
  [[nodiscard]] fs::path blob(const std::string& layout, const std::string& digest) const {
    return dir.path() / layout / "blobs/sha256" / digest.substr(7);
  }
};

/// The layer of an image that was written as a finished one.
FinishedLayer finished(const Workbench& bench, const std::string& layout, const image::WrittenLayer& layer) {
  return {layer, [=, path = bench.blob(layout, layer.digest)] {
            return stream::file_source(Fd(open(path.c_str(), O_RDONLY)), layer.size, path);
          }};
}

}  // namespace

TEST_CASE("a layer of a part has what is in it, the directories that lead there, and whiteouts") {
  const Workbench bench;
  for (const char* name : {"etc/a", "etc/b", "usr/bin/x", "usr/lib/deep/y", "var/z"}) bench.file(name);
  const NewLayer part{{[](const std::string& path) { return path == "etc/b" || path == "usr/lib/deep/y"; },
                       {"etc/gone", "old", "usr/lib/deep/er"}}};
  const auto written = bench.write({part}, Format::oci, "image");
  CHECK(paths_of(read_tar(bench.blob("image", written.layers.front().digest))) ==
        Paths{".wh.old", "etc/", "etc/.wh.gone", "etc/b", "usr/", "usr/lib/", "usr/lib/deep/", "usr/lib/deep/.wh.er",
              "usr/lib/deep/y"});
}

TEST_CASE("a directory alone can be in a part, and others come to it once only") {
  const Workbench bench;
  for (const char* name : {"a/b/c/1", "a/b/c/2", "a/b/3", "a/4"}) bench.file(name);
  const NewLayer part{{[](const std::string& path) { return path == "a/b/c" || path == "a/4"; }}};
  const auto written = bench.write({part}, Format::oci, "image");
  CHECK(paths_of(read_tar(bench.blob("image", written.layers.front().digest))) == Paths{"a/", "a/4", "a/b/", "a/b/c/"});
}

TEST_CASE("the first name of a file that is in the part carries the content") {
  const Workbench bench;
  bench.file("first");
  fs::create_hard_link(bench.root / "first", bench.root / "second");
  fs::create_hard_link(bench.root / "first", bench.root / "third");
  const NewLayer part{{[](const std::string& path) { return path != "first"; }}};
  const auto written = bench.write({part}, Format::oci, "image");
  const auto members = read_tar(bench.blob("image", written.layers.front().digest));
  CHECK(find(members, "second").content == "first");
  CHECK(find(members, "third").target == "second");
}

TEST_CASE("layers of one root and of earlier images make one image") {
  const Workbench bench;
  for (const char* name : {"one", "two"}) bench.file(name);
  const auto only = [](const std::string& name) {
    return NewLayer{{[=](const std::string& path) { return path == name; }}, "of " + name};
  };
  const auto base = bench.write({only("one")}, Format::oci, "base");
  FinishedLayer below = finished(bench, "base", base.layers.front());
  below.of_base = true;
  for (const Format format : {Format::oci, Format::docker_archive}) {
    const auto both = bench.write({below, only("two")}, format, std::string(image::format_name(format)));
    CHECK(both.below == 1);
    CHECK(both.layers.size() == 2);
    CHECK(both.layers.front().diff_id == base.layers.front().diff_id);
    CHECK(both.layer_size() == both.layers.back().size);
  }
  CHECK(bench.write({only("one"), only("two")}, Format::oci, "at-once").layers.front().digest ==
        base.layers.front().digest);
}

TEST_CASE("a finished layer that lacks its digest is an error") {
  const Workbench bench;
  bench.file("one");
  const auto base = bench.write({NewLayer{}}, Format::oci, "base");
  FinishedLayer below = finished(bench, "base", base.layers.front());
  below.layer.digest = "sha256:" + digest_of("other");
  CHECK_THROWS_WITH(bench.write({below}, Format::oci, "image"),
                    "the layer " + below.layer.digest + " has the digest " + base.layers.front().digest);
}
