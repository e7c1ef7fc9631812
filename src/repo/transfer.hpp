#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"
#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::repo {

/// One file to bring from the first mirror that delivers it as it should be; and how that went.
struct Transfer {
  std::vector<std::string> mirrors;  ///< base URLs in the order they are tried
  std::string location;              ///< path below a mirror, or a URL of its own
  SharedConnection connection = {};  ///< who asks, and through what; none: nobody in particular
  std::filesystem::path destination;
  std::vector<Checksum> checksums;  ///< one of them must match; none: any content will do
  std::uint64_t size = 0;           ///< bytes, for progress; 0: not known
  std::uint64_t limit = 0;          ///< a longer answer is cut off soon after so many bytes
  bool beginning = false;           ///< no more than `limit` bytes are wanted of what may be a longer file
  std::string label;                ///< for progress
  bool resume = false;              ///< continue what a killed run left at `destination`
  bool revalidate = false;          ///< ask proxies for fresh data

  bool done = false;
  std::string mirror;                 ///< the one that delivered
  std::vector<std::string> failures;  ///< causes with URLs without secrets, in the order they happened
  bool altered = false;               ///< a mirror delivered something else
  std::string hint;                   ///< the way out, where the fault is this machine's
};

/// Why a file could not be had.
struct TransferProblem {
  std::string cause;     ///< empty: none
  bool altered = false;  ///< other bytes came than were to come
  std::string hint;      ///< the way out, where the fault is this machine's
};

/// Runs all transfers in parallel and tells of bytes as the running task of `progress`. A failed transfer leaves no
/// file, only `failures`. Where a file cannot be written, that is the only failure. A mirror that says nothing for
/// `timeout` has failed. Errors: what concerns all of them, such as libcurl not working at all.
void run_transfers(std::vector<Transfer>& transfers, std::chrono::seconds timeout, Progress& progress);

/// Of a failed transfer; the failures as one line: "HTTP 404 for …; timed out for …".
TransferProblem problem_of(const Transfer& transfer);

/// "http://…", "file://…": not a path.
bool is_url(std::string_view location) noexcept;
bool is_file_url(std::string_view url) noexcept;

}  // namespace rootlet::repo
