// Reads an image or a root directory and says what it took: `bench_read PATH [database|files|contents [list]]`; with
// "list", what was read. Built with -DROOTLET_BENCH=ON.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "base/text.hpp"
#include "installed/tree.hpp"
#include "rootlet/error.hpp"

namespace {

using namespace rootlet;
using installed::Depth;

void print(const TreeFile& file) {
  std::printf("%s %d %o %u:%u %llu %lld %s|%s|%s|%s|%s|%zu\n", printable(file.path).c_str(),
              static_cast<int>(file.type), file.mode, file.uid, file.gid, static_cast<unsigned long long>(file.size),
              static_cast<long long>(file.mtime), printable(file.target).c_str(), printable(file.first_link).c_str(),
              file.capabilities.c_str(), file.sha256.c_str(), printable(file.interpreter).c_str(),
              file.elf ? file.elf->needed.size() + 1 : 0);
}

void run(int count, char** arguments) {
  const std::string depth = count > 2 ? arguments[2] : "contents";
  installed::ReadOptions options;
  options.depth = depth == "database" ? Depth::database : depth == "files" ? Depth::files : Depth::contents;
  Progress silent;
  const auto start = std::chrono::steady_clock::now();
  const bool image = inspect::form_of(arguments[1]) == inspect::Form::image;
  const installed::Tree tree = image ? installed::read_image(arguments[1], options, silent)
                                     : installed::read_directory(arguments[1], options, silent);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (count > 3) {
    for (const TreeFile& file : tree.files.files) print(file);
  }
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  for (const LayerInfo& layer : tree.image.value_or(ImageInfo()).layers) {
    packed += layer.size;
    unpacked += layer.unpacked_size;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::fprintf(stderr, "%zu files, database '%s', history '%s', %zu small files; %s of layers, %s unpacked\n",
               tree.files.files.size(), tree.spool.databases.empty() ? "" : tree.spool.databases.front().place.c_str(),
               tree.spool.history_path.c_str(), tree.files.contents.size(), human_size(packed).c_str(),
               human_size(unpacked).c_str());
  std::fprintf(stderr, "%s: %.0f MB/s, %.0f MB of memory at most\n", human_time(took.count()).c_str(),
               static_cast<double>(unpacked) / took.count() / 1e6, static_cast<double>(usage.ru_maxrss) / 1e3);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) {
    std::fputs("usage: bench_read PATH [database|files|contents [list]]\n", stderr);
    return 2;
  }
  run(count, arguments);
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "bench_read: %s\n%s\n", error.what(), error.hint().c_str());
  return 1;
}
