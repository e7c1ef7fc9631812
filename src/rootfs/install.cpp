#include "rootfs/install.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "accounts.hpp"
#include "base/text.hpp"
#include "database.hpp"
#include "nevra_json.hpp"
#include "rights/emulate_owners.hpp"
#include "rootlet/error.hpp"
#include "rpm/transaction.hpp"
#include "sandbox.hpp"
#include "tasks.hpp"
#include "users_of_root.hpp"
#include "wire.hpp"

namespace rootlet::rootfs {
namespace {

/// Of what one scriptlet prints, this much is kept.
constexpr std::size_t kept_output = 64U << 10U;

/// Of what all of them print.
constexpr std::size_t kept_in_all = 64U << 20U;

constexpr std::int64_t seconds_of_day = 24 * 60 * 60;

/// Inside: passes on what the transaction tells.
class Sender final : public rpm::TransactionObserver {
 public:
  /// `below_covers`: packages with files at or below /proc or /dev. librpm may not make or change them in what is
  /// mounted there.
  Sender(const Inside& inside, AccountMaker& accounts, std::set<std::size_t> below_covers)
      : inside_(inside), accounts_(accounts), below_covers_(std::move(below_covers)) {}
  void package(std::uint64_t index, std::uint64_t total, const std::string& name) override {
    inside_.send({{"package", name}, {"index", index}, {"total", total}});
  }
  void begins(std::size_t package) override {
    for (const std::string& problem : accounts_.before(package)) warning(problem);
  }
  void unpacks(std::size_t package) override {
    inside_.send({{"unpacks", package}});
    for (const MissingOwner& owner : accounts_.missing(package)) {
      inside_.send({{"missing_owner", owner.name},
                    {"group", owner.group},
                    {"package", to_json(owner.package)},
                    {"files", owner.files}});
    }
    if (covered_ && below_covers_.contains(package)) {
      inside_.covers.take_away();
      covered_ = false;
    }
  }
  void script_begins(const std::string& package, const std::string& phase) override {
    if (!covered_) inside_.covers.put_back();
    covered_ = true;
    inside_.send({{"script_begins", "package " + package + ": scriptlet " + phase}});
  }
  void script(const std::string& package, const std::string& phase, bool failed) override {
    inside_.send({{"script", package + " " + phase}, {"failed", failed}});
  }
  void passed_over(const FailedScriptlet& scriptlet) override {
    inside_.send({{"passed_over", scriptlet.kind}, {"cause", scriptlet.cause}, {"of", to_json(scriptlet.package)}});
  }
  void warning(const std::string& text) override { inside_.send({{"warning", text}}); }

 private:
  const Inside& inside_;
  AccountMaker& accounts_;
  std::set<std::size_t> below_covers_;
  bool covered_ = true;
};

/// Outside: progress, and the scriptlets' output.
class Receiver final : public Outside {
 public:
  Receiver(Progress& progress, const RecipeLimits& limits, const TellUnpacked& unpacked)
      : progress_(progress), limits_(limits), unpacked_(unpacked) {}

  [[nodiscard]] std::string task() const override {
    return "installing packages" + (package_.empty() ? "" : " (the last was " + package_ + ")");
  }
  [[nodiscard]] std::optional<Running> running() const override { return running_; }

  void output(std::string_view text) override {
    const std::size_t room = std::min(kept_output - std::min(kept_output, output_.size()), room_in_all_);
    output_.append(text.substr(0, room));
    room_in_all_ -= std::min(room, text.size());
    cut_ = cut_ || text.size() > room;
  }

  void message(const nlohmann::json& message) override {
    if (message.contains("missing_owner")) {
      result.missing_owners.push_back({nevra_of(message.at("package")), message.at("missing_owner").get<std::string>(),
                                       message.at("group").get<bool>(), message.at("files").get<std::uint64_t>()});
    } else if (message.contains("package")) {
      const auto name = message.at("package").get<std::string>();
      package_ = printable(name);
      progress_.at(message.at("index"), message.at("total"), name);
    } else if (message.contains("unpacks")) {
      if (unpacks_ && unpacked_) unpacked_(*unpacks_);
      unpacks_ = message.at("unpacks").get<std::size_t>();
    } else if (message.contains("warning")) {
      progress_.warn(printable(message.at("warning").get<std::string>()));
    } else if (message.contains("script_begins")) {
      running_ = Running{printable(message.at("script_begins").get<std::string>()),
                         std::chrono::steady_clock::now() + std::chrono::seconds(limits_.seconds)};
    } else if (message.contains("script")) {
      script(message.at("script"), message.at("failed"));
    } else if (message.contains("passed_over")) {
      passed_over(message);
    }
  }

  InstallResult result;
  std::string failed_output;

 private:
  void script(const std::string& name, bool failed) {
    require_own_id();
    running_.reset();
    if (failed) {
      failed_output = last_;
      return;
    }
    if (cut_) output_ += "\n[more was cut]";
    last_ = printable(output_);
    while (!last_.empty() && last_.back() == '\n') last_.pop_back();
    if (!last_.empty()) {
      progress_.detail(name + ": " + last_);
      result.scriptlet_output.push_back(name + ": " + last_);
    }
    output_.clear();
    cut_ = false;
  }

  /// Whether the scriptlet failed or not: the root may lack what it would have done.
  void require_own_id() const {
    const auto id = rights::take_refused_id();
    if (!id || !running_) return;
    throw Error(running_->what + " runs something as user or group " + std::to_string(*id) +
                    ", and a build with a single id cannot do that",
                rights::more_ids_hint);
  }

  void passed_over(const nlohmann::json& message) {
    FailedScriptlet failed{nevra_of(message.at("of")), printable(message.at("passed_over").get<std::string>()),
                           printable(message.at("cause").get<std::string>()), std::exchange(last_, {})};
    progress_.warn("package " + failed.package.str() + ": scriptlet " + failed.kind + " failed: " + failed.cause +
                   "; the recipe lets it (scriptlets_may_fail)");
    result.failed_scriptlets.push_back(std::move(failed));
  }

  Progress& progress_;
  RecipeLimits limits_;
  const TellUnpacked& unpacked_;
  std::optional<std::size_t> unpacks_;  // the package whose files come
  std::string package_;                 // the last that was begun
  std::optional<Running> running_;
  std::size_t room_in_all_ = kept_in_all;
  std::string output_;  // of the scriptlet that runs
  bool cut_ = false;
  std::string last_;  // of the one before
};

/// A file that needs more than librpm.
struct OwnedFile : PackageFile {
  std::string package;     ///< NEVRA
  std::size_t number = 0;  ///< the package's place among those that are installed
};

[[noreturn]] void throw_uncreated(const OwnedFile& file) {
  throw system_error("package " + file.package + ": cannot create '" + file.path + "'");
}

/// Sets owner and permissions as librpm does: an unknown owner becomes root.
void set_attributes(int dir, const char* name, const OwnedFile& file, const RootUsers& users) {
  const int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
  if (fchownat(dir, name, users.uid(file.user), users.gid(file.group), flags) != 0) throw_uncreated(file);
  if (S_ISLNK(file.mode)) return;
  if (*name == '\0' ? fchmod(dir, file.mode & 07777U) != 0 : fchmodat(dir, name, file.mode & 07777U, 0) != 0) {
    throw_uncreated(file);
  }
}

bool is_below(const PackageFile& file, const std::string& directory) {
  return file.path == directory || file.path.starts_with(directory + "/");
}

/// Files that librpm must not create. Device nodes: the sandbox may not make them, and an image has no use for them.
/// Named pipes: librpm 4.18.0 opens what it has made, and waits for a writer that never comes (rpm#2195).
bool is_special(const PackageFile& file) {
  return !file.ghost && !S_ISREG(file.mode) && !S_ISDIR(file.mode) && !S_ISLNK(file.mode);
}

void make_pipes(const std::vector<OwnedFile>& files, const RootUsers& users) {
  for (const OwnedFile& file : files) {
    if (!is_special(file) || !S_ISFIFO(file.mode)) continue;
    make_dirs(parent_dir(file.path));
    if (mkfifo(file.path.c_str(), 0600) != 0 && errno != EEXIST) throw_uncreated(file);
    set_attributes(AT_FDCWD, file.path.c_str(), file, users);
  }
}

/// Gives /proc and /dev the owner and mode that packages say, which librpm does not do where they are only %ghost:
/// Fedora's filesystem makes /proc in a scriptlet, over which it is mounted by then. Their time is the build's.
void own_underneath(const Inside& inside, const std::vector<OwnedFile>& files, const std::string& directory,
                    const Fd& underneath, const RootUsers& users) {
  for (const OwnedFile& file : files) {
    if (file.path != directory || !S_ISDIR(file.mode)) continue;
    set_attributes(underneath.get(), "", file, users);
    if (futimens(underneath.get(), nullptr) != 0) throw_uncreated(file);
    inside.send({{"keep", directory}});
  }
}

/// Special files, and what is at and below /proc and /dev; sorted by path, then by package.
std::vector<OwnedFile> notable_files(const std::vector<rpm::VerifiedPackage>& packages) {
  std::vector<OwnedFile> notable;
  for (std::size_t number = 0; number < packages.size(); ++number) {
    for (const PackageFile& file : packages[number].header().files) {
      if (!is_special(file) && !is_below(file, "/proc") && !is_below(file, "/dev")) continue;
      notable.push_back({file, packages[number].nevra().str(), number});
    }
  }
  std::sort(notable.begin(), notable.end(), [](const OwnedFile& a, const OwnedFile& b) {
    return std::tie(a.path, a.package) < std::tie(b.path, b.package);
  });
  return notable;
}

/// An installation's input, as it goes into the sandbox.
struct Order {
  std::vector<std::string> names;           ///< of the packages' files, for messages
  std::vector<rpm::PackageAccounts> known;  ///< each package's words on accounts
  std::vector<OwnedFile> notable;
  InstallOptions options;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(OwnedFile, path, mode, user, group, target, ghost, package, number)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Order, names, known, notable, options)

Order order_of(const std::vector<rpm::VerifiedPackage>& packages, const InstallOptions& options) {
  Order order{{}, {}, notable_files(packages), options};
  for (const rpm::VerifiedPackage& package : packages) {
    order.names.push_back(package.path().string());
    order.known.push_back(package.header().accounts);
  }
  return order;
}

/// librpm does not say that a file was too large for it.
std::string limit_of_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_max == RLIM_INFINITY) return {};
  return "no file may be larger than " + human_size(limit.rlim_max) + " here (ulimit -Hf)";
}

}  // namespace

int install_inside(const Inside& inside, const nlohmann::json& input) {
  Order order = input.get<Order>();
  const InstallOptions& options = order.options;
  std::vector<rpm::OpenPackage> open;
  for (std::size_t i = 0; i < order.names.size(); ++i) open.push_back({inside.packages.at(i), order.names[i]});
  AccountMaker accounts(std::move(order.known), options.users, options.source_date_epoch / seconds_of_day);
  std::set<std::size_t> below_covers;
  for (const OwnedFile& file : order.notable) {
    if (!is_special(file) && !file.ghost) below_covers.insert(file.number);
  }
  Sender sender(inside, accounts, std::move(below_covers));
  if (!inside.foreign_host_name.empty()) {
    sender.warning(
        "scriptlets see the host name '" + printable(inside.foreign_host_name) +
        "', which the container lets nobody change; the image is the same everywhere if it is named 'rootlet' "
        "(podman run --hostname rootlet)");
  }
  rpm::TransactionOptions transaction{options.arch,       options.dbpath,   options.docs,      options.langs,  {},
                                      options.scriptlets, options.may_fail, options.upgrading, inside.payloads};
  for (const OwnedFile& file : order.notable) {
    if (!is_special(file)) continue;
    transaction.skip.push_back(file.path);
    if (!S_ISFIFO(file.mode)) sender.warning("package " + file.package + ": '" + file.path + "' is left out: a device");
  }
  rpm::run_transaction(open, transaction, sender);
  accounts.restore();
  settle_database(options.dbpath);
  const RootUsers users;
  make_pipes(order.notable, users);
  own_underneath(inside, order.notable, "/proc", inside.proc_underneath, users);
  own_underneath(inside, order.notable, "/dev", inside.dev_underneath, users);
  return 0;
}

InstallResult install(const root::Root& root, const std::vector<rpm::VerifiedPackage>& packages,
                      const InstallOptions& options, Progress& progress, const TellUnpacked& unpacked) {
  SandboxSpec spec;
  spec.root = root.descriptor();
  spec.arch = options.arch;
  spec.limits = options.limits;
  for (const rpm::VerifiedPackage& package : packages) spec.packages.push_back(package.file());
  spec.env = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
              {"HOME", "/root"},
              {"LANG", "C"},
              {"SOURCE_DATE_EPOCH", std::to_string(options.source_date_epoch)}};
  progress.begin("installing packages", packages.size(), Progress::Unit::items);
  Receiver receiver(progress, options.limits, unpacked);
  int status = 0;
  try {
    status = run_in_sandbox(spec, "install", order_of(packages, options), receiver);
  } catch (const Error& error) {
    std::vector<std::string> hints{receiver.failed_output, error.hint(), limit_of_files()};
    std::erase(hints, "");
    throw Error(error.what(), join(hints, "\n"), error.kind());
  }
  if (status != 0) {
    const auto running = receiver.running();
    throw Error((running ? running->what + ": " : "") + "the installation ended unexpectedly: " +
                (status > 128 ? "signal " + std::to_string(status - 128) : "status " + std::to_string(status)));
  }
  // While librpm unpacked it, a file may have been written to.
  for (const rpm::VerifiedPackage& package : packages) static_cast<void>(package.file().open());
  progress.at(packages.size(), packages.size(), "");
  progress.end();
  return std::move(receiver.result);
}

}  // namespace rootlet::rootfs
