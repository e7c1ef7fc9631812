#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/touched.hpp"

namespace rootlet {

/// Demand on a text (an output, a body, a content): something that it must hold, or must not.
struct TextCheck {
  std::string text;
  bool is_regex = false;   ///< ECMAScript's, which some part of the text must match; else the text itself is looked for
  bool must_lack = false;  ///< it must not be there
};

/// Asks a server of the test by HTTP/1.1, at the loopback address.
struct HttpProbe {
  std::uint32_t port = 80;
  std::string host = "localhost";  ///< as the request names the server
  std::string path = "/";          ///< with the query
  std::string method = "GET";
  std::map<std::string, std::string> request_headers = {};
  std::uint32_t status = 200;  ///< that is expected
  std::vector<TextCheck> body = {};
  std::map<std::string, std::vector<TextCheck>> headers = {};  ///< expected of the answer, names in lower case
};

/// Connects to a port of the loopback address.
struct TcpProbe {
  std::uint32_t port = 0;
};

/// Runs a command, which must succeed.
struct ExecProbe {
  std::vector<std::string> command;
};

/// A question to what a test has started. It may fail `retries` times before it counts.
struct RootProbe {
  std::variant<HttpProbe, TcpProbe, ExecProbe> ask;
  std::uint32_t retries = 50;
  std::chrono::milliseconds interval{200};
};

/// Demand on a path in the root when a test has run. Links in it are followed.
struct FileCheck {
  std::string path;
  bool exists = true;
  std::vector<TextCheck> contents = {};    ///< of a regular file
  std::optional<std::uint32_t> mode = {};  ///< 07777 at most
  std::optional<std::uint32_t> uid = {};
  std::optional<std::uint32_t> gid = {};
  std::string executable_by = {};  ///< "owner", "group", "other" or "any"; empty: not looked at
};

/// Demand on an image's configuration.
struct ConfigCheck {
  enum class Field { env, label, port, volume, entrypoint, cmd, workdir, user };
  Field field = Field::env;
  std::string key = {};                 ///< the name of a variable or label, a port, a volume
  std::optional<TextCheck> value = {};  ///< a text is the whole value; nothing: the key is enough
  std::vector<std::string> words = {};  ///< of entrypoint and cmd
  bool must_lack = false;
};

struct RootExpectation {
  std::uint32_t exit_status = 0;    ///< of `run`; 128 + n where signal n killed it
  std::vector<TextCheck> out = {};  ///< stdout of `run`, or without it of all that was started
  std::vector<TextCheck> err = {};  ///< the same of stderr
  std::vector<FileCheck> files = {};
  std::vector<ConfigCheck> config = {};
};

/// A test of a finished root: starts programs, asks them, runs a command, and looks at what came of it, in this order.
struct RootTest {
  std::string name = {};     ///< empty: see title()
  bool start_image = false;  ///< starts the image's entrypoint with its cmd
  std::vector<std::vector<std::string>> start = {};
  std::vector<RootProbe> probes = {};
  std::vector<std::string> run = {};
  RootExpectation expect = {};
  std::optional<std::uint32_t> timeout = {};    ///< seconds for all of it; nothing: RecipeLimits::seconds
  std::optional<std::string> user = {};         ///< nothing: the image's
  std::optional<std::string> workdir = {};      ///< nothing: the image's
  std::map<std::string, std::string> env = {};  ///< beside the image's
  Mark mark = {};

  /// Its name, else what it does in a few words.
  [[nodiscard]] std::string title() const;
};

/// A program that a test started, and what it printed: the beginning and the end, where it was much.
struct TestProcess {
  std::string command;
  std::string ended;  ///< "exit status 0", "signal 9 (Killed)"; empty: it ran until the test was over
  std::string out = {};
  std::string err = {};
};

struct TestFailure {
  std::string what;
  std::string hint = {};
};

struct TestResult {
  std::string name;
  Mark mark = {};
  double seconds = 0;  ///< by the clock on the wall
  std::vector<TestFailure> failures = {};
  std::vector<TestProcess> processes = {};     ///< in the order in which they were started
  TouchedFiles touched = {};                   ///< where a trace was asked for
  std::vector<std::string> system_calls = {};  ///< the same; names, sorted
  TouchedFiles elsewhere = {};                 ///< the same: what tests made, and what is below /proc, /dev and /sys
  std::set<std::string> sockets = {};          ///< where all calls were traced: "inet stream", as AppArmor names them
  std::set<std::string> privileges = {};       ///< the same: "root", "low_port"

  [[nodiscard]] bool passed() const noexcept { return failures.empty(); }
};

/// The results of all tests of a target, in the tests' order.
struct TestReport {
  std::string target;
  std::vector<TestResult> results;
  std::vector<std::string> left_out = {};  ///< what a file of another program says and no test holds
  TouchedFiles touched = {};               ///< by all tests together

  [[nodiscard]] std::size_t failed() const noexcept;
};

}  // namespace rootlet
