#include "sandbox.hpp"
#include "rootfs/install.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <limits>
#include <optional>

#include "base/child.hpp"
#include "base/text.hpp"
#include "control_group.hpp"
#include "messages.hpp"
#include "root/beneath.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

/// Messages go out, one byte comes back for each once it has been handled.
struct Channel {
  Channel() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw system_error("cannot make a socket");
    outside = Fd(ends[0]);
    inside = Fd(ends[1]);
  }
  Fd outside;
  Fd inside;
};

/// Creates the directories that /proc and /dev are mounted on, and removes those that it created.
class MountPoints {
 public:
  explicit MountPoints(int root) : root_(root) {
    for (Point& point : points_) {
      const std::string path = std::string("/") + point.name;
      point.created = mkdirat(root_, point.name, 0755) == 0;
      if (!point.created && errno != EEXIST) {
        throw system_error("cannot create the directory " + root::in_root(path));
      }
      // Whatever the umask is: one that is mounted on stays if something is in it.
      if (point.created && fchmodat(root_, point.name, 0755, 0) != 0) {
        throw system_error("cannot set the mode of " + root::in_root(path));
      }
    }
  }
  ~MountPoints() {
    for (const Point& point : points_) {
      if (point.created) unlinkat(root_, point.name, AT_REMOVEDIR);  // fails if something is in it
    }
  }
  MountPoints(const MountPoints&) = delete;
  MountPoints& operator=(const MountPoints&) = delete;

  void keep(const std::string& path) {
    for (Point& point : points_) point.created = point.created && path != std::string("/") + point.name;
  }

 private:
  struct Point {
    const char* name;
    bool created;
  };
  int root_;
  std::array<Point, 2> points_{{{"proc", false}, {"dev", false}}};
};

/// Reads output and messages until all writers are gone.
class Pump {
 public:
  Pump(Fd output, Fd channel, std::optional<MountPoints>& mount_points, const RecipeLimits& limits, Outside& outside)
      : output_(std::move(output)),
        channel_(std::move(channel)),
        mount_points_(mount_points),
        limits_(limits),
        outside_(outside) {
    fcntl(output_.get(), F_SETFL, O_NONBLOCK);
  }

  void run() {
    while (output_ || channel_) {
      const int left = time_left();
      std::array<pollfd, 2> states{{{output_.get(), POLLIN, 0}, {channel_.get(), POLLIN, 0}}};
      const int ready = poll(states.data(), states.size(), left);
      if (ready == 0) throw_overdue();
      if (ready < 0) {
        if (errno == EINTR) continue;
        throw system_error("cannot wait for the sandbox");
      }
      if (states[0].revents != 0) read_output();
      if (states[1].revents != 0) read_messages();
      // What had come may tell of an end in time. Output without end tells of none.
      if (left == 0 && time_left() == 0) throw_overdue();
    }
  }

  /// Throws what the sandbox told of, or why there was none. `exceeded`: the limit that was met, if any.
  void finish(int status, const std::string& exceeded) const {
    if (error_ && exceeded.empty()) throw Error(*error_);
    if (error_ || (status != 0 && !exceeded.empty())) {
      throw Error((error_ ? error_->what() : running().what) + (": it takes " + exceeded),
                  "if it needs more: limits: {processes: " + std::to_string(2 * limits_.processes) +
                      ", memory: " + std::to_string(2 * limits_.memory / 1'000'000) + "MB}");
    }
    if (!ready_) throw Error("cannot start the process for what packages run", printable(early_));
  }

 private:
  [[nodiscard]] Outside::Running running() const {
    const auto part = outside_.running();
    return part ? *part : Outside::Running{outside_.task(), heard_ + std::chrono::seconds(limits_.seconds)};
  }

  /// Milliseconds, as poll(2) takes them.
  [[nodiscard]] int time_left() const {
    using namespace std::chrono;
    const auto left = ceil<milliseconds>(running().deadline - steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
  }

  /// The sandbox and all in it end with the one who waits for it.
  [[noreturn]] void throw_overdue() const {
    throw Error(running().what + " takes too long: it was ended after " + counted(limits_.seconds, "second"),
                "if it needs more: limits: {seconds: " + std::to_string(2 * limits_.seconds) + "}");
  }

  /// A pipeful at most: more than that was not written before the message that follows.
  void read_output() {
    std::array<char, 65536> buffer{};
    for (int i = 0; i < 2 && output_; ++i) {
      const ssize_t got = read(output_.get(), buffer.data(), buffer.size());
      if (got > 0 && !ready_) {
        early_.append(buffer.data(), static_cast<std::size_t>(got));
      } else if (got > 0) {
        outside_.output({buffer.data(), static_cast<std::size_t>(got)});
      } else if (got == 0) {
        output_.reset();
      } else {
        if (errno != EAGAIN && errno != EINTR) throw system_error("cannot read from the sandbox");
        if (errno == EAGAIN) return;
      }
    }
  }

  void read_messages() {
    std::array<char, 65536> buffer{};
    const ssize_t got = read(channel_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return;
    if (got < 0 && errno != ECONNRESET) throw system_error("cannot read from the sandbox");
    if (got <= 0) {
      channel_.reset();
      return;
    }
    heard_ = std::chrono::steady_clock::now();
    try {
      messages_.add({buffer.data(), static_cast<std::size_t>(got)});
    } catch (const Error& error) {
      throw error.within(outside_.task());
    }
    while (const auto message = messages_.next()) {
      handle(*message);
      ::send(channel_.get(), "", 1, MSG_NOSIGNAL);  // fails if the sender is gone, and then nobody waits
    }
  }

  void handle(const nlohmann::json& message) {
    if (output_) read_output();
    try {
      if (message.contains("ready")) {
        ready_ = true;
      } else if (message.contains("error")) {
        error_ = Error(message.at("error").get<std::string>(), message.value("hint", ""));
      } else if (message.contains("keep")) {
        if (mount_points_) mount_points_->keep(message.at("keep").get<std::string>());
      } else {
        outside_.message(message);
      }
    } catch (const nlohmann::json::exception&) {
      throw Error("the sandbox sent a malformed message");
    }
  }

  Fd output_;
  Fd channel_;
  std::optional<MountPoints>& mount_points_;
  const RecipeLimits& limits_;
  Outside& outside_;
  MessageReader messages_;
  std::chrono::steady_clock::time_point heard_ = std::chrono::steady_clock::now();  // the last of them
  bool ready_ = false;                                                              // the helper runs
  std::string early_;  // what was printed before, say by the dynamic loader
  std::optional<Error> error_;
};

}  // namespace

void run_and_exit(int channel, const std::function<int()>& code) noexcept {
  int status = 1;
  std::string message;
  std::string hint;
  try {
    status = code();
    _exit(status);
  } catch (const Error& error) {
    message = error.what();
    hint = error.hint();
  } catch (const std::exception& error) {
    message = error.what();
  } catch (...) {
    message = "unknown failure";
  }
  try {
    Inside outwards;
    outwards.channel = channel;
    outwards.send({{"error", message}, {"hint", hint}});
  } catch (...) {  // the outside is gone
  }
  _exit(1);
}

void Inside::send(const nlohmann::json& message) const {
  write_all(channel, frame_of(message), "channel");
  char handled = 0;
  while (read(channel, &handled, 1) < 0 && errno == EINTR) {
  }
}

int run_in_sandbox(const SandboxSpec& spec, std::string_view task, const nlohmann::json& input, Outside& outside) {
  require_served();
  std::optional<MountPoints> mount_points;
  if (!spec.discard_changes) mount_points.emplace(spec.root);
  const ControlGroup group(spec.limits);
  Pipe output = make_pipe();
  Channel channel;
  std::fflush(nullptr);  // or the child would write buffered text once more
  auto child = fork_child();
  if (!child) {
    const int number = channel.inside.get();
    group.enter();
    run_and_exit(number, [&]() -> int { become_helper(spec, task, input, output.writer, number); });
  }
  output.writer.reset();
  channel.inside.reset();
  Pump pump(std::move(output.reader), std::move(channel.outside), mount_points, spec.limits, outside);
  pump.run();
  const int status = shell_status(child->wait());
  pump.finish(status, group.exceeded());
  return status;
}

}  // namespace rootlet::rootfs
