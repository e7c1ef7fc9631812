// Runs a fuzz target without libFuzzer: every seed as it is, then mutated ones, the same in every run.
//
//   TARGET_fuzz ITERATIONS SEED PATH…     PATH: a seed, or a directory of them
//
// A crash, an exception that is not rootlet's Error (the target lets those through) or a sanitizer's report ends it;
// the input at fault is left in ./crash-TARGET, and running the target on that file alone repeats it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) { return limit == 0 ? 0 : random() % limit; }

/// Bytes that mean something to one of the formats.
const std::vector<std::string>& words() {
  static const std::vector<std::string> all{"<",
                                            ">",
                                            "/>",
                                            "</",
                                            "&amp;",
                                            "&#0;",
                                            "\"",
                                            "'",
                                            "{",
                                            "}",
                                            "[",
                                            "]",
                                            ",",
                                            ":",
                                            ": ",
                                            "\n",
                                            "\n  ",
                                            "- ",
                                            "- -",
                                            "&a ",
                                            "*a",
                                            "!!",
                                            "<<: ",
                                            "|\n",
                                            ">\n",
                                            "#",
                                            "---\n",
                                            "null",
                                            "true",
                                            "-1",
                                            "1e9",
                                            "%",
                                            "%2f",
                                            "%00",
                                            "file:",
                                            "://",
                                            "../",
                                            "*",
                                            "?",
                                            "[!a-",
                                            "(",
                                            ")",
                                            " or ",
                                            " if ",
                                            " >= ",
                                            "~",
                                            "^",
                                            "18446744073709551616",
                                            "\xff",
                                            "\xc3",
                                            "\\u0000",
                                            std::string(1, '\0'),
                                            "\xef\xbb\xbf",
                                            "\r",
                                            "\t",
                                            "<![CDATA[",
                                            "<!--",
                                            "<!DOCTYPE a ["};
  return all;
}

std::string mutated(Random& random, std::string text, const std::vector<std::string>& seeds) {
  const std::size_t changes = 1 + below(random, 8);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = below(random, text.size() + 1);
    const std::size_t length = below(random, std::min<std::size_t>(text.size() - at, 40) + 1);
    switch (below(random, 7)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1: text.erase(at, length); break;
      case 2: text.insert(at, words()[below(random, words().size())]); break;
      case 3: text.insert(at, text.substr(at, length)); break;
      case 4: text.replace(at, length, words()[below(random, words().size())]); break;
      case 5: {
        const std::string& other = seeds[below(random, seeds.size())];
        const std::size_t from = below(random, other.size() + 1);
        text.insert(at, other.substr(from, below(random, 60)));
        break;
      }
      default: {
        std::string many;
        const std::string& word = words()[below(random, words().size())];
        for (std::size_t n = below(random, 200); n > 0; --n) many += word;
        text.insert(at, many);
      }
    }
  }
  return text;
}

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> read_seeds(int argc, char** argv) {
  std::vector<fs::path> paths;
  for (int i = 3; i < argc; ++i) {
    if (fs::is_directory(argv[i])) {
      for (const auto& entry : fs::directory_iterator(argv[i])) paths.push_back(entry.path());
    } else {
      paths.emplace_back(argv[i]);
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const fs::path& path : paths) seeds.push_back(content(path));
  return seeds;
}

void run(const std::string& input, const fs::path& evidence) {
  std::ofstream(evidence, std::ios::binary) << input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: " << argv[0] << " ITERATIONS SEED PATH…\n";
    return 2;
  }
  const std::vector<std::string> seeds = read_seeds(argc, argv);
  if (seeds.empty()) {
    std::cerr << "no seeds\n";
    return 2;
  }
  const fs::path evidence = "crash-" + fs::path(argv[0]).filename().string();
  for (const std::string& seed : seeds) run(seed, evidence);
  Random random(std::strtoull(argv[2], nullptr, 10));
  std::string last = seeds.front();
  for (long long left = std::atoll(argv[1]); left > 0; --left) {
    // Some changes add up.
    last =
        mutated(random, random() % 4 == 0 && last.size() < 100000 ? last : seeds[below(random, seeds.size())], seeds);
    run(last, evidence);
  }
  fs::remove(evidence);
  std::cout << seeds.size() << " seeds, " << argv[1] << " mutations\n";
}
