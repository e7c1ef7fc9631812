#include "image/untar.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "../../support/images.hpp"
#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;
using image::LayerEntry;
using Kind = LayerEntry::Kind;

namespace {

/// Gives few bytes at a time.
class Bytes final : public stream::Source {
 public:
  explicit Bytes(std::string bytes, std::size_t piece = 100) : bytes_(std::move(bytes)), piece_(piece) {}
  std::string_view next(std::size_t most) override {
    const std::string_view part = std::string_view(bytes_).substr(at_, std::min(most, piece_));
    at_ += part.size();
    return part;
  }

 private:
  std::string bytes_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

struct Read {
  LayerEntry entry;
  std::string content;
};

std::vector<Read> read_all(const std::string& bytes, std::size_t piece = 100) {
  Bytes source(bytes, piece);
  image::TarReader tar(source);
  std::vector<Read> all;
  LayerEntry entry;
  while (tar.read(entry)) {
    Read read{entry, {}};
    for (std::string_view part = tar.next(); !part.empty(); part = tar.next()) read.content += part;
    all.push_back(read);
  }
  return all;
}

Read read_one(const std::string& bytes) {
  const std::vector<Read> all = read_all(bytes);
  REQUIRE(all.size() == 1);
  return all[0];
}

std::string error_of(const std::string& bytes) {
  try {
    read_all(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  FAIL("accepted");
  return {};
}

const std::string end(1024, '\0');

std::string with_pax(const std::map<std::string, std::string>& records, made::TarFile file = made::file("plain", "x")) {
  file.pax = records;
  return made::tar({file});
}

}  // namespace

TEST_CASE("a tar's entries are read as they are written") {
  made::TarFile full = made::file("usr/bin/x", "hello");
  full.mode = 04755;
  full.uid = 1000;
  full.gid = 100;
  full.mtime = 1700000000;
  full.pax["SCHILY.xattr.security.capability"] = made::net_raw;
  const auto all = read_all(made::tar({made::directory("usr/", 01777),
                                       full,
                                       made::soft_link("a", "../b"),
                                       made::hard_link("c", "usr/bin/x"),
                                       {"d", '3'},
                                       {"e", '4'},
                                       {"f", '6'}}));
  REQUIRE(all.size() == 7);
  CHECK(all[0].entry.path == "usr/");
  CHECK(all[0].entry.kind == Kind::directory);
  CHECK(all[0].entry.mode == 01777);
  const LayerEntry& file = all[1].entry;
  CHECK(file.path == "usr/bin/x");
  CHECK(file.mode == 04755);
  CHECK(file.uid == 1000);
  CHECK(file.gid == 100);
  CHECK(file.mtime == 1700000000);
  CHECK(file.size == 5);
  CHECK(file.capability == made::net_raw);
  CHECK(all[1].content == "hello");
  CHECK(all[2].entry.kind == Kind::symlink);
  CHECK(all[2].entry.target == "../b");
  CHECK(all[3].entry.kind == Kind::hard_link);
  CHECK(all[3].entry.target == "usr/bin/x");
  CHECK(all[4].entry.kind == Kind::char_device);
  CHECK(all[5].entry.kind == Kind::block_device);
  CHECK(all[6].entry.kind == Kind::fifo);
}

TEST_CASE("content that nobody reads is passed over, and pieces may have any size") {
  std::vector<made::TarFile> files;
  for (std::size_t size : {0U, 1U, 511U, 512U, 513U, 2000U}) {
    files.push_back(made::file("f" + std::to_string(size), std::string(size, 'x')));
  }
  const std::string bytes = made::tar(files);
  for (const std::size_t piece : {1U, 7U, 512U, 100000U}) {
    const auto all = read_all(bytes, piece);
    REQUIRE(all.size() == files.size());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].content == files[i].content);
    Bytes source(bytes, piece);
    image::TarReader tar(source);
    LayerEntry entry;
    std::size_t count = 0;
    while (tar.read(entry)) CHECK(entry.path == files.at(count++).path);
    CHECK(count == files.size());
  }
}

TEST_CASE("names are bytes, however long") {
  const std::string longest(5000, 'n');
  for (const std::string& name : {std::string("new\nline"), std::string("raw\x80\xff"), std::string("e\xcc\x81"),
                                  longest, std::string("<b>&\"'"), std::string("\x1b[31m")}) {
    CHECK(read_one(made::tar({made::file(name, "x")})).entry.path == name);
    CHECK(read_one(made::tar({made::soft_link("l", name)})).entry.target == name);
    // GNU's way.
    const std::string with_end = name + '\0';
    const std::string gnu("ustar  \0", 8);
    const auto special = [&](char type) {
      return made::tar_header({"././@LongLink", type}, with_end.size(), gnu) + made::padded(with_end);
    };
    const auto read =
        read_one(special('L') + special('K') + made::tar_header(made::soft_link("short", "short"), 0, gnu) + end);
    CHECK(read.entry.path == name);
    CHECK(read.entry.target == name);
  }
}

TEST_CASE("the prefix of a ustar header comes before the name, in GNU's there is none") {
  std::string header = made::tar_header(made::file("name"), 0);
  header.replace(345, 3, "pre");
  made::seal(header);
  CHECK(read_one(header + end).entry.path == "pre/name");
  header.replace(257, 8, std::string("ustar  \0", 8));
  made::seal(header);
  CHECK(read_one(header + end).entry.path == "name");
}

TEST_CASE("an extended header changes what the header says") {
  const LayerEntry entry =
      read_one(with_pax({{"path", "other"}, {"uid", "4294967294"}, {"gid", "7"}, {"mtime", "-1.5"}})).entry;
  CHECK(entry.path == "other");
  CHECK(entry.uid == 4294967294U);
  CHECK(entry.gid == 7);
  CHECK(entry.mtime == -2);
  CHECK(read_one(with_pax({{"mtime", "17.999"}})).entry.mtime == 17);
  CHECK(read_one(with_pax({{"mtime", "-3.000"}})).entry.mtime == -3);
  CHECK(read_one(with_pax({{"comment", "x"}, {"path", ""}})).entry.path == "plain");
  // The size, too.
  const std::string records = made::pax_records({{"size", "3"}});
  CHECK(read_one(made::tar_header({"x", 'x'}, records.size()) + made::padded(records) +
                 made::tar_header(made::file("f"), 0) + made::padded("abc") + end)
            .content == "abc");
}

TEST_CASE("a global extended header is passed over") {
  const std::string records = made::pax_records({{"comment", "made by git"}, {"path", "everywhere"}});
  CHECK(read_one(made::tar_header({"g", 'g'}, records.size()) + made::padded(records) + made::tar({made::file("x")}))
            .entry.path == "x");
}

TEST_CASE("an entry of the oldest format is a directory where its name ends with a slash") {
  const std::string none(8, '\0');
  CHECK(read_one(made::tar_header({"a/", '\0'}, 0, none) + end).entry.kind == Kind::directory);
  CHECK(read_one(made::tar_header({"a", '\0'}, 0, none) + end).entry.kind == Kind::regular);
}

TEST_CASE("links and directories have no content, whatever their size says") {
  made::TarFile link = made::hard_link("b", "a");
  const auto all = read_all(made::tar_header(link, 700) + made::tar({made::file("c", "x")}));
  REQUIRE(all.size() == 2);
  CHECK(all[0].entry.size == 0);
  CHECK(all[1].content == "x");
}

TEST_CASE("numbers in base 256") {
  made::TarFile file = made::file("x");
  file.uid = 3'000'000'000;
  file.mtime = 100'000'000'000;
  CHECK(read_one(made::tar({file})).entry.uid == 3'000'000'000U);
  CHECK(read_one(made::tar({file})).entry.mtime == 100'000'000'000);
  std::string header = made::tar_header(made::file("x"), 0);
  header.replace(136, 12, std::string(11, '\xff') + '\xfe');
  made::seal(header);
  CHECK(read_one(header + end).entry.mtime == -2);
}

TEST_CASE("an archive may end without its mark, and anything may follow it") {
  const std::string entry = made::tar_entry(made::file("x", "y"));
  CHECK(read_all(entry).size() == 1);
  CHECK(read_all(entry + std::string(512, '\0')).size() == 1);
  CHECK(read_all(entry + end + "whatever").size() == 1);
  CHECK(read_all("").empty());
  CHECK(read_all(end).empty());
}

TEST_CASE("a damaged tar is an error that says what is damaged") {
  const std::string good = made::tar({made::file("x", std::string(1000, 'y'))});
  CHECK(error_of(good.substr(0, 300)) == "the tar is damaged: it ends in the middle of a header");
  CHECK(error_of(good.substr(0, 600)) == "the tar is damaged: it ends in the middle of a file");
  CHECK(error_of(good.substr(0, 1530)) == "the tar is damaged: it ends in the middle of a file");
  std::string other = good;
  other[3] = '!';
  CHECK(error_of(other) == "the tar is damaged: the checksum of a header is wrong");
  CHECK(error_of(std::string(512, '\0') + good) == "the tar is damaged: something follows its end");
  CHECK(error_of(made::tar({{"m", 'M'}})) == "the tar is damaged: 'm' is of a type that layers do not have: 'M'");
  CHECK_THAT(error_of(with_pax({{"uid", "4294967296"}})), Contains("'plain' belongs to 4294967296"));
  CHECK_THAT(error_of(with_pax({{"gid", "-1"}})), Contains("'plain' belongs to -1"));
  CHECK_THAT(error_of(with_pax({{"size", "-1"}})), Contains("the size of 'plain' is negative"));
  CHECK_THAT(error_of(with_pax({{"size", "9223372036854775808"}})), Contains("is no number"));
  CHECK_THAT(error_of(with_pax({{"size", "9223372036854775807"}})), Contains("ends in the middle of a file"));
  CHECK_THAT(error_of(with_pax({{"mtime", "1.2.3"}})), Contains("'1.2.3' is no time"));
  CHECK_THAT(error_of(with_pax({{"path", std::string("a\0b", 3)}})), Contains("a name holds a NUL"));
  std::string header = made::tar_header(made::file("x"), 0);
  header.replace(124, 12, "12345678x   ");
  made::seal(header);
  CHECK_THAT(error_of(header + end), Contains("is no number"));
  header.replace(124, 12, std::string(1, '\x80') + std::string(11, '\xff'));
  made::seal(header);
  CHECK_THAT(error_of(header + end), Contains("a number is too large"));
}

TEST_CASE("a damaged extended header is an error") {
  const auto pax = [](const std::string& records) {
    return made::tar_header({"x", 'x'}, records.size()) + made::padded(records) + made::tar({made::file("f")});
  };
  for (const std::string records :
       {"5 a=b\n", "999 a=b\n", "x a=b\n", "6 a=bc", "6 =ab\n", "6 abc\n", "-6 a=b\n", "99999999999999999999 a=b\n"}) {
    INFO(records);
    CHECK_THAT(error_of(pax(records)), Contains("a record of an extended header"));
  }
  CHECK_THAT(error_of(made::tar_header({"x", 'x'}, 2'000'000) + end), Contains("has 2,000,000 bytes"));
  CHECK_THAT(error_of(made::tar_header({"x", 'L'}, 100)), Contains("in the middle of an extended header"));
  const std::string records = made::pax_records({{"path", "x"}});
  CHECK_THAT(error_of(made::tar_header({"x", 'x'}, records.size()) + made::padded(records) + end),
             Contains("nothing follows an extended header"));
}

TEST_CASE("holes of sparse files are zeros, in all of GNU's formats") {
  const std::string content = "aaaabbbb";
  const std::string expected = std::string(10, '\0') + "aaaa" + std::string(86, '\0') + "bbbb" + std::string(46, '\0');
  made::TarFile sparse = made::file("./GNUSparseFile.0/x", content);
  sparse.pax = {{"GNU.sparse.map", "10,4,100,4"}, {"GNU.sparse.size", "150"}, {"GNU.sparse.name", "x"}};
  Read read = read_one(made::tar({sparse}));
  CHECK(read.entry.path == "x");
  CHECK(read.entry.size == 150);
  CHECK(read.content == expected);
  sparse.pax = {
      {"GNU.sparse.major", "1"}, {"GNU.sparse.minor", "0"}, {"GNU.sparse.realsize", "150"}, {"GNU.sparse.name", "x"}};
  sparse.content = made::padded("2\n10\n4\n100\n4\n") + content;
  CHECK(read_one(made::tar({sparse})).content == expected);
  // 0.0 repeats its keys.
  const std::string records =
      made::pax_records({{"GNU.sparse.size", "150"}}) + made::pax_records({{"GNU.sparse.offset", "10"}}) +
      made::pax_records({{"GNU.sparse.numbytes", "4"}}) + made::pax_records({{"GNU.sparse.offset", "100"}}) +
      made::pax_records({{"GNU.sparse.numbytes", "4"}});
  CHECK(read_one(made::tar_header({"x", 'x'}, records.size()) + made::padded(records) +
                 made::tar({made::file("x", content)}))
            .content == expected);
}

TEST_CASE("a sparse file that lies is an error, and one of petabytes costs nothing to pass over") {
  made::TarFile sparse = made::file("x", "aaaa");
  const auto error = [&](const std::string& map, const std::string& size) {
    sparse.pax = {{"GNU.sparse.map", map}, {"GNU.sparse.size", size}};
    return error_of(made::tar({sparse}));
  };
  CHECK_THAT(error("10,4,12,4", "100"), Contains("the map of the sparse file 'x' is wrong"));
  CHECK_THAT(error("10,4", "13"), Contains("the map of the sparse file 'x' is wrong"));
  CHECK_THAT(error("10,9223372036854775807", "100"), Contains("the map of the sparse file 'x' is wrong"));
  CHECK_THAT(error("10,5", "100"), Contains("less content than its map says"));
  CHECK_THAT(error("10", "100"), Contains("the map of a sparse file"));
  CHECK_THAT(error("10,-4", "100"), Contains("the map of a sparse file"));
  CHECK_THAT(error("10,4", "-1"), Contains("has no size"));
  sparse.pax = {{"GNU.sparse.major", "1"}, {"GNU.sparse.realsize", "100"}};
  sparse.content = made::padded("99999999\n");
  CHECK_THAT(error_of(made::tar({sparse})), Contains("too many parts"));
  sparse.content = made::padded(std::string(512, '1'));
  CHECK_THAT(error_of(made::tar({sparse})), Contains("the map of a sparse file"));

  made::TarFile huge = made::file("huge", "aaaa");
  huge.pax = {{"GNU.sparse.map", "10,4"}, {"GNU.sparse.size", "9000000000000000000"}};
  Bytes source(made::tar({huge, made::file("after", "x")}));
  image::TarReader tar(source);
  LayerEntry entry;
  REQUIRE(tar.read(entry));
  CHECK(entry.size == 9'000'000'000'000'000'000U);
  CHECK(tar.holes() == 9'000'000'000'000'000'000U - 4);
  REQUIRE(tar.read(entry));
  CHECK(entry.path == "after");
}

TEST_CASE("what GNU tar, bsdtar and Python write is read as it was") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path root = dir.path() / "root";
  const std::string deep = "d/" + std::string(150, 'x') + "/" + std::string(120, 'y');
  REQUIRE(run("mkdir -p " + root.string() + "/" + deep + " && cd " + root.string() +
              " && echo hello >d/a && ln d/a d/b && ln -s " + std::string(200, 't') + " link && mkfifo fifo && " +
              "head -c 100000 /dev/urandom >big && cp big " + deep + "/copy && " +
              "truncate -s 5M sparse && echo x | dd of=sparse bs=1 seek=2000000 conv=notrunc && " +
              "truncate -s 1M zeros && chmod 6755 big && touch -d '1960-01-02 03:04:05.6Z' d/a")
              .status == 0);
  std::vector<std::string> commands{
      "bsdtar -cf $OUT --format pax .", "bsdtar -cf $OUT --format gnutar .",
      "python3 -c 'import tarfile\nwith tarfile.open(\"'$OUT'\", \"w\") as tar: tar.add(\".\")'"};
  for (const std::string options :
       {"--format=gnu", "--format=oldgnu", "--format=posix", "--format=gnu -S", "--format=oldgnu -S",
        "--format=posix -S --sparse-version=0.0", "--format=posix -S --sparse-version=0.1",
        "--format=posix -S --sparse-version=1.0"}) {
    commands.push_back("tar -c " + options + " --numeric-owner -f $OUT .");
  }
  for (const std::string& command : commands) {
    INFO(command);
    const std::string file = (dir.path() / "tar").string();
    const Outcome made = run("cd " + root.string() + " && OUT=" + file + " && " + command);
    if (made.status != 0) {
      WARN("skipped: " << command << ": " << made.output);
      continue;
    }
    const auto all = read_all(read_file(file), 100000);
    CHECK(all.size() == 12);
    for (const auto& [entry, content] : all) {
      INFO(entry.path);
      struct stat info {};
      REQUIRE(lstat((root / entry.path).c_str(), &info) == 0);
      // bsdtar 3.6 writes fractions before 1970 as if they were after it, or no time at all.
      if (info.st_mtim.tv_sec > 0 || !command.starts_with("bsdtar")) CHECK(entry.mtime == info.st_mtim.tv_sec);
      CHECK(entry.uid == info.st_uid);
      CHECK(entry.mode == (info.st_mode & 07777));
      if (entry.kind == Kind::symlink) CHECK(entry.target == std::string(200, 't'));
      if (entry.kind == Kind::hard_link) CHECK((entry.target == "./d/a" || entry.target == "./d/b"));
      if (entry.kind == Kind::regular) CHECK((content == read_file(root / entry.path)));
      CHECK(entry.size == content.size());
    }
  }
}
