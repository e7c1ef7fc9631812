// Writes a root as an image and says what it took: `bench_image ROOT OUT [FORMAT [gzip|zstd|none [LEVEL [THREADS]]]]`.
// Built with -DROOTLET_BENCH=ON.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "image/write.hpp"
#include "rootlet/error.hpp"

namespace {

using namespace rootlet;

void run(int count, char** arguments) {
  const fs::path out = arguments[2];
  image::WriteOptions options;
  options.format = image::parse_format(count > 3 ? arguments[3] : "oci").value();
  options.compression = image::default_compression(out, options.format);
  if (count > 4 && std::string(arguments[4]) == "zstd") options.compression = image::Compression::zstd;
  if (count > 4 && std::string(arguments[4]) == "none") options.compression = image::Compression::none;
  if (count > 5) options.level = std::atoi(arguments[5]);
  if (count > 6) options.threads = static_cast<unsigned>(std::atoi(arguments[6]));
  options.source_date_epoch = 1700000000;
  options.name = "bench";
  options.arch = "x86_64";
  image::check_output(out, options.format);
  const TempDir work(parent_dir(out), ".bench-");
  Progress silent;
  const auto start = std::chrono::steady_clock::now();
  const image::WriteResult result = image::write(OpenDirectory(arguments[1]).fd(), {image::NewLayer{}}, {}, options,
                                                 work.directory(), "image", silent);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  publish(work.directory(), "image", work.parent(), out.filename());
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "digest %s\ndiff_id %s\n%s of %s entries to %s in %s: %.0f MB/s, %.0f MB of memory at most\n",
      result.digest.c_str(), result.layers.back().diff_id.c_str(), human_size(result.uncompressed_size()).c_str(),
      grouped(result.files()).c_str(), human_size(result.layer_size()).c_str(), human_time(took.count()).c_str(),
      static_cast<double>(result.uncompressed_size()) / took.count() / 1e6, static_cast<double>(usage.ru_maxrss) / 1e3);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 3) {
    std::fputs("usage: bench_image ROOT OUT [FORMAT [COMPRESSION [LEVEL [THREADS]]]]\n", stderr);
    return 2;
  }
  run(count, arguments);
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "bench_image: %s\n%s\n", error.what(), error.hint().c_str());
  return 1;
}
