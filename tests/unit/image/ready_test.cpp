#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "base/digest.hpp"
#include "image/compress_ahead.hpp"
#include "image/deflate.hpp"
#include "image/ready_blocks.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using image::Compression;
using image::Format;

namespace {

constexpr std::size_t block_size = 1U << 20U;  // of gzip
constexpr int gzip_level = 6;

std::string words(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string out;
  while (out.size() < size) out += "word" + std::to_string(random() % 5000) + " ";
  out.resize(size);
  return out;
}

struct ReadyWorld {
  ReadyWorld() : dir(fs::temp_directory_path(), "rootlet-test-"), root(dir.path() / "root") {
    fs::create_directory(root);
  }

  void file(const std::string& name, const std::string& content) const { write_file(root / name, content); }
  [[nodiscard]] Fd open(const std::string& path) const {
    return Fd(::open((root / path).c_str(), O_RDONLY | O_CLOEXEC));
  }

  /// The layer's bytes, as they are compressed.
  std::string layer(const image::ReadyBlocks* ready, unsigned threads = 2) {
    const OpenDirectory place(dir.path());
    const std::string name = "image" + std::to_string(written_++);
    image::WriteOptions options = options_for(Format::tar, Compression::gzip);
    options.ready = ready;
    options.threads = threads;
    Progress silent;
    image::write(OpenDirectory(root).fd(), {image::NewLayer{}}, {}, options, place, name, silent);
    std::ifstream in(dir.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// Compresses files ahead until their blocks are there.
  void ahead(image::ReadyBlocks& ready, const std::vector<std::string>& files, const std::string& last) const {
    image::CompressAhead ahead(ready, gzip_level, [this](const std::string& path) { return open(path); });
    for (const std::string& file : files) ahead.add(file);
    for (int i = 0; i < 3000 && !ready.has(digest_of(last)); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ahead.stop();
    REQUIRE(ready.has(digest_of(last)));
  }

  TempDir dir;
  fs::path root;
  int written_ = 0;
};

}  // namespace

TEST_CASE("a large file becomes the same bytes whatever is around it") {
  ReadyWorld one;
  ReadyWorld other;
  const std::string large = words(image::apart_from, 1);
  one.file("b", large);
  other.file("a", words(1000, 2));
  other.file("b", large);
  other.file("c", words(image::apart_from - 1, 3));
  const std::string block = image::BlockDeflater(gzip_level).compress(large);
  CHECK(one.layer(nullptr).find(block) != std::string::npos);
  CHECK(other.layer(nullptr).find(block) != std::string::npos);
  const std::string small = image::BlockDeflater(gzip_level).compress(words(image::apart_from - 1, 3));
  CHECK(other.layer(nullptr).find(small) == std::string::npos);
}

TEST_CASE("blocks that are ready do not show in a layer, and are taken") {
  ReadyWorld w;
  const std::string large = words(2 * block_size + 100'000, 1);
  w.file("large", large);
  w.file("other", words(300'000, 2));
  w.file("small", words(10, 3));
  const std::string plain = w.layer(nullptr);
  image::ReadyBlocks ready{OpenDirectory(w.dir.path())};
  w.ahead(ready, {"large", "other", "missing"}, words(300'000, 2));
  for (const unsigned threads : {1U, 2U, 8U}) CHECK((w.layer(&ready, threads) == plain));

  // Nobody could tell that a block is taken if it were not another one.
  image::ReadyBlocks odd{OpenDirectory(w.dir.path())};
  const std::string block = image::BlockDeflater(1).compress(large.substr(0, block_size));
  odd.add(digest_of(large.substr(0, block_size)), block);
  CHECK(w.layer(&odd).find(block) != std::string::npos);
}

TEST_CASE("a file that changes after it was compressed ahead is in the layer as it is") {
  ReadyWorld w;
  const std::string before = words(block_size, 1);
  w.file("large", before);
  image::ReadyBlocks ready{OpenDirectory(w.dir.path())};
  w.ahead(ready, {"large"}, before);
  const auto time = fs::last_write_time(w.root / "large");
  std::string after = before;
  after[block_size / 2] = '!';
  std::ofstream(w.root / "large", std::ios::binary | std::ios::in).write(after.data(), block_size);
  fs::last_write_time(w.root / "large", time);
  CHECK((w.layer(&ready) == w.layer(nullptr)));
}

TEST_CASE("compressing ahead ends with what it is at") {
  ReadyWorld w;
  std::vector<std::string> names;
  const std::string content = words(block_size, 1);
  for (int i = 0; i < 10; ++i) {
    names.push_back("file" + std::to_string(i));
    w.file(names.back(), std::to_string(i) + content);
  }
  image::ReadyBlocks ready{OpenDirectory(w.dir.path())};
  {
    image::CompressAhead ahead(ready, gzip_level, [&](const std::string& path) { return w.open(path); });
    for (const std::string& name : names) ahead.add(name);
  }
  CHECK((w.layer(&ready) == w.layer(nullptr)));
}

TEST_CASE("ready blocks come back as they were added, the first of each digest") {
  ReadyWorld w;
  image::ReadyBlocks ready{OpenDirectory(w.dir.path())};
  CHECK_FALSE(ready.find("a"));
  ready.add("a", "first");
  ready.add("b", "second");
  ready.add("a", "third");
  CHECK(ready.find("a") == "first");
  CHECK(ready.find("b") == "second");
  CHECK(fs::is_empty(w.root));
  CHECK(std::distance(fs::directory_iterator(w.dir.path()), {}) == 1);  // the root: the blocks' file has no name
}
