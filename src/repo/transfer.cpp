#include "transfer.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>

#include "base/fs.hpp"
#include "base/own_file.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "cause.hpp"
#include "librepo.hpp"
#include "local_file.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

using LibrepoHandle = Handle<LrHandle, lr_handle_free>;
using Target = Handle<LrDownloadTarget, lr_downloadtarget_free>;

constexpr long parallel_downloads = 5;
constexpr long tries_per_mirror = 3;
/// Lets the body of an error page through, so that the answer's status is seen and not its length.
constexpr std::uint64_t slack = 65536;

template <class Value>
void set(LrHandle* handle, LrHandleOption option, Value value) {
  LibrepoError error;
  if (lr_handle_setopt(handle, error.out(), option, value) == FALSE) throw Error("librepo: " + error.message());
}

void set_file(LrHandle* handle, LrHandleOption option, const std::string& file) {
  if (!file.empty()) set(handle, option, file.c_str());
}

void set_connection(LrHandle* handle, const ConnectionSettings& settings) {
  set_file(handle, LRO_SSLCLIENTCERT, settings.tls.client_cert);
  set_file(handle, LRO_SSLCLIENTKEY, settings.tls.client_key);
  set_file(handle, LRO_SSLCACERT, settings.tls.ca_cert);
  set(handle, LRO_SSLVERIFYPEER, settings.tls.verify ? 1L : 0L);
  set(handle, LRO_SSLVERIFYHOST, settings.tls.verify ? 1L : 0L);
  if (settings.proxy) set(handle, LRO_PROXY, settings.proxy->c_str());
  set_file(handle, LRO_PROXY_SSLCLIENTCERT, settings.proxy_tls.client_cert);
  set_file(handle, LRO_PROXY_SSLCLIENTKEY, settings.proxy_tls.client_key);
  set_file(handle, LRO_PROXY_SSLCACERT, settings.proxy_tls.ca_cert);
  if (settings.proxy_tls.verify) return;
  set(handle, LRO_PROXY_SSLVERIFYPEER, 0L);
  set(handle, LRO_PROXY_SSLVERIFYHOST, 0L);
}

void ignore_log(const gchar*, GLogLevelFlags, const gchar*, gpointer) noexcept {}

/// A handle that knows the mirrors. librepo builds its internal list in lr_handle_perform() only.
LibrepoHandle open_handle(const std::vector<std::string>& mirrors, const ConnectionSettings& settings,
                          std::chrono::seconds timeout, const fs::path& directory) {
  LibrepoHandle handle{lr_handle_init()};
  if (!handle) throw Error("cannot initialize libcurl");
  const auto seconds = static_cast<long>(timeout.count());
  set(handle.get(), LRO_USERAGENT, "rootlet/" ROOTLET_VERSION);
  set(handle.get(), LRO_CONNECTTIMEOUT, seconds);
  set(handle.get(), LRO_LOWSPEEDTIME, seconds);
  set(handle.get(), LRO_LOWSPEEDLIMIT, 1000L);
  set(handle.get(), LRO_MAXPARALLELDOWNLOADS, parallel_downloads);
  set(handle.get(), LRO_MAXDOWNLOADSPERMIRROR, parallel_downloads);
  set(handle.get(), LRO_ALLOWEDMIRRORFAILURES, tries_per_mirror);
  set_connection(handle.get(), settings);
  if (mirrors.empty()) return handle;

  std::vector<const char*> urls;
  for (const std::string& url : mirrors) urls.push_back(url.c_str());
  urls.push_back(nullptr);
  set(handle.get(), LRO_URLS, urls.data());
  set(handle.get(), LRO_REPOTYPE, LR_YUMREPO);
  set(handle.get(), LRO_FETCHMIRRORS, 1L);
  set(handle.get(), LRO_DESTDIR, directory.c_str());  // else it makes a directory of its own in /tmp
  const Handle<LrResult, lr_result_free> result{lr_result_init()};
  LibrepoError error;
  if (lr_handle_perform(handle.get(), result.get(), error.out()) == FALSE) throw Error("librepo: " + error.message());
  return handle;
}

/// Where librepo looks for a file: addresses with all that the servers must know of us, so not for other eyes.
struct Place {
  std::vector<std::string> mirrors;
  std::string location;
  ConnectionSettings settings;
};

Place place_of(const Transfer& transfer) {
  Place place;
  place.location = transfer.location;
  const bool alone = is_url(transfer.location);
  if (!transfer.connection) {
    if (!alone) place.mirrors = transfer.mirrors;
    return place;
  }
  const Connection& connection = *transfer.connection;
  if (alone) {
    place.location = connection.full(transfer.location);
    place.settings = connection.settings(transfer.location);
    return place;
  }
  const std::vector<std::string> usable = connection.usable(transfer.mirrors);
  for (const std::string& url : usable) place.mirrors.push_back(connection.full(url));
  place.settings = connection.settings(usable.empty() ? "" : usable.front());
  return place;
}

/// The mirror of a transfer that librepo knows by `url`.
std::string mirror_of(const Transfer& transfer, const std::string& url) {
  for (const std::string& mirror : transfer.mirrors) {
    if (transfer.connection && transfer.connection->full(mirror) == url) return mirror;
  }
  return url;
}

/// The way out where server and client do not trust each other; nullptr: another cause.
/// `told`: the server was given a user name.
const char* hint_for(const Cause& cause, bool over_tls, bool told) {
  constexpr int host_not_found = 6;
  constexpr int peer_not_trusted = 60;
  constexpr std::array broke{35, 55, 56};  // how a server that misses a certificate ends the connection
  if (over_tls && cause.status == 0 && std::find(broke.begin(), broke.end(), cause.curl) != broke.end()) {
    return "if the server asks its clients for a certificate, name it: sslclientcert and sslclientkey in the recipe";
  }
  if (cause.curl == host_not_found) {
    return "is this machine on the network? https_proxy names a proxy, --offline takes what the cache holds, and "
           "baseurl a "
           "mirror that can be reached";
  }
  if (cause.curl == peer_not_trusted) {
    return "if the server has an authority of its own, name that one's certificate: sslcacert in the recipe, or the "
           "variable SSL_CERT_FILE";
  }
  if (cause.status == 407) return "give the proxy a user: proxy, proxy_username and proxy_password_file in the recipe";
  if (cause.status != 401 && cause.status != 403) return nullptr;
  if (told) {
    return "the user name and password that it was given are of ROOTLET_REPO_<ID>_USERNAME and _PASSWORD, of the "
           "recipe's "
           "username and password_file, or of ~/.netrc: the first that are there count";
  }
  return "where it asks who you are: username and password_file in the recipe, an entry of ~/.netrc, or sslclientcert";
}

/// State that the callbacks of one round share.
struct Round {
  Progress* progress = nullptr;
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  bool answered = false;  ///< a server said that it has not got something
  std::exception_ptr thrown;
};

/// The text of a range, which librepo before 1.18.1 does not free, while later ones do.
#if LR_VERSION_CHECK(1, 18, 1)
using OwnRange = char*;
#else
using OwnRange = Handle<char, std::free>;
#endif

/// State that the callbacks of one transfer see.
struct Running {
  Round* round = nullptr;
  Transfer* transfer = nullptr;
  Place place;
  std::uint64_t offset = 0;  ///< bytes that were there already
  std::uint64_t at = 0;
  bool resumed = false;
  bool tried = false;  ///< a mirror was asked, and failed
  OwnRange range = nullptr;
};

/// How many bytes at the most are written.
std::uint64_t most_written(const Transfer& transfer) { return transfer.limit + (transfer.beginning ? 0 : slack); }

int on_progress(void* data, double /*total*/, double now) noexcept {
  auto& running = *static_cast<Running*>(data);
  Round& round = *running.round;
  const std::uint64_t at = running.offset + static_cast<std::uint64_t>(std::max(now, 0.0));
  if (running.resumed && at > running.transfer->limit + slack) return LR_CB_ABORT;
  if (at == running.at) return LR_CB_OK;
  try {
    round.done = round.done - running.at + at;
    running.at = at;
    round.progress->at(std::min(round.done, round.total), round.total, running.transfer->label);
    return LR_CB_OK;
  } catch (...) {
    round.thrown = std::current_exception();
    return LR_CB_ERROR;
  }
}

/// Whether less is on disk than was received. librepo overlooks that when the end of a file fails to leave its buffer.
bool came_out_short(const Running& running) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(running.transfer->destination, error);
  return !error && size < std::min(running.at, most_written(*running.transfer));
}

/// librepo hides why it could not write: writing on tells. The file is of no more use.
void fail_to_write(Transfer& transfer) {
  const std::string what = "cannot write '" + transfer.destination.string() + "'";
  transfer.failures = {what};
  try {
    const Fd fd{::open(transfer.destination.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
    if (!fd) throw system_error(what);
    write_all(fd.get(), std::string(slack, '\0'), transfer.destination);
  } catch (const Error& error) {
    transfer.failures = {error.what()};
    transfer.hint = error.hint();
  }
}

int on_mirror_failure(void* data, const char* message, const char* url) noexcept {
  auto& running = *static_cast<Running*>(data);
  running.tried = true;
  try {
    const bool altered = is_checksum_mismatch(text(message));
    if (is_write_error(text(message)) || (altered && came_out_short(running))) {
      fail_to_write(*running.transfer);
      return LR_CB_ABORT;  // no other mirror helps
    }
    running.transfer->altered |= altered;
    std::vector<std::string>& failures = running.transfer->failures;
    const Cause said = transfer_cause(without_secrets(text(message)), without_secrets(text(url)));
    running.round->answered |= said.status != 0;
    std::string cause = printable(said.text);
    const bool over_tls = text(url).starts_with("https://");
    const bool told = !split_secrets(text(url)).user_info.empty();
    const char* hint =
        failures.empty() ? hint_for(said, over_tls, told) : nullptr;  // the first mirror's: it is the best one
    if (hint != nullptr) running.transfer->hint = hint;
    if (std::find(failures.begin(), failures.end(), cause) == failures.end()) failures.push_back(std::move(cause));
    return LR_CB_OK;
  } catch (...) {
    running.round->thrown = std::current_exception();
    return LR_CB_ERROR;
  }
}

Target make_target(LrHandle* handle, Running& running) {
  const Transfer& transfer = *running.transfer;
  GSList* checksums = nullptr;  // the target takes it over
  for (const Checksum& checksum : transfer.checksums) {
    checksums = g_slist_append(
        checksums, lr_downloadtargetchecksum_new(lr_checksum_type(checksum.type.c_str()), checksum.hex.c_str()));
  }
  // The end of the range only tells librepo when to stop writing. Its own check of the size fails on resumed
  // transfers, and it loses count in a range of a resumed one: those are watched in on_progress(). The text of the
  // range is for the server, which may send the whole file all the same.
  const auto last = static_cast<gint64>(running.resumed ? 0 : most_written(transfer) - (transfer.beginning ? 1 : 0));
  char* range = nullptr;
  if (transfer.beginning) range = strdup(("0-" + std::to_string(last)).c_str());
  running.range = OwnRange(range);
  return Target{lr_downloadtarget_new(handle, running.place.location.c_str(), nullptr, -1, transfer.destination.c_str(),
                                      checksums, 0, running.resumed ? TRUE : FALSE, on_progress, &running, nullptr,
                                      on_mirror_failure, nullptr, 0, last, range, transfer.revalidate ? TRUE : FALSE,
                                      FALSE)};
}

/// librepo has no option that keeps redirects to https. Where no checksum holds what came, it is not taken.
bool left_https(const Transfer& transfer, const LrDownloadTarget& target) {
  if (!transfer.checksums.empty() || transfer.beginning) return false;
  const std::string asked = transfer.mirrors.empty() ? transfer.location : text(target.usedmirror);
  return asked.starts_with("https://") && text(target.effectiveurl).starts_with("http://");
}

void finish(const LrDownloadTarget& target, Running& running) {
  Transfer& transfer = *running.transfer;
  std::error_code ignored;
  if (target.rcode == LRE_OK && left_https(transfer, target)) {
    const std::string url = without_secrets(text(target.effectiveurl));
    transfer.failures = {
        printable("the server sends on from https to " + url + ", which anybody on the way can change")};
    transfer.hint = "name an address that stays with https";
    fs::remove(transfer.destination, ignored);
    return;
  }
  transfer.done = target.rcode == LRE_OK && !came_out_short(running);
  if (transfer.done) {
    transfer.mirror = mirror_of(transfer, text(target.usedmirror));
    return;
  }
  if (target.rcode == LRE_OK) fail_to_write(transfer);
  if (transfer.failures.empty()) {
    const Cause cause = transfer_cause(without_secrets(text(target.err)), without_secrets(transfer.location));
    transfer.failures.push_back(printable(cause.text));
    const std::string full = transfer.connection ? transfer.connection->full(transfer.location) : transfer.location;
    const bool told = !split_secrets(full).user_info.empty();
    if (const char* hint = hint_for(cause, full.starts_with("https://"), told)) transfer.hint = hint;
  }
  fs::remove(transfer.destination, ignored);
}

/// librepo would let umask, or the access-control list of the directory, decide who may write to a new file.
void make_own(const fs::path& path) {
  const Fd made(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, own_file_mode));
  if (!made && errno != EEXIST) throw system_error("cannot write '" + path.string() + "'");
}

/// Transfers that failed for no fault of their own.
struct Left {
  std::vector<Transfer*> resumed;  ///< though, or because, they continued what was there
  /// No mirror was asked for them: librepo gives a mirror up that failed a few times before anything came from it. That
  /// it has not got what others asked for says nothing about these.
  std::vector<Transfer*> passed_over;
};

Left run_round(const std::vector<Transfer*>& transfers, bool resume, std::chrono::seconds timeout, Progress& progress) {
  std::map<std::pair<std::vector<std::string>, ConnectionSettings>, LibrepoHandle> handles;
  std::vector<Running> running(transfers.size());
  std::vector<Target> targets;
  Round round;
  round.progress = &progress;
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    Transfer& transfer = *transfers[i];
    std::error_code missing;
    const std::uint64_t offset = resume && transfer.resume ? fs::file_size(transfer.destination, missing) : 0;
    running[i] = {&round, &transfer, place_of(transfer), missing ? 0 : offset, 0, !missing && offset > 0};
    make_own(transfer.destination);
    const Place& place = running[i].place;
    round.total += transfer.size;
    LibrepoHandle& handle = handles[{place.mirrors, place.settings}];
    if (!handle) handle = open_handle(place.mirrors, place.settings, timeout, parent_dir(transfer.destination));
    targets.push_back(make_target(handle.get(), running[i]));
  }
  GSList* list = nullptr;
  for (std::size_t i = targets.size(); i > 0; --i) list = g_slist_prepend(list, targets[i - 1].get());
  const Handle<GSList, g_slist_free> owner{list};
  LibrepoError error;
  const bool worked = lr_download(list, FALSE, error.out()) != FALSE;
  for (std::size_t i = 0; i < targets.size(); ++i) finish(*targets[i], running[i]);
  if (round.thrown) std::rethrow_exception(round.thrown);
  if (!worked) throw Error("cannot download: " + error.message());
  Left left;
  for (const Running& one : running) {
    if (one.transfer->done) continue;
    if (round.answered && !one.tried) {
      left.passed_over.push_back(one.transfer);
    } else if (one.resumed) {
      left.resumed.push_back(one.transfer);
    }
  }
  return left;
}

void forget_failure(Transfer& transfer) {
  transfer.failures.clear();
  transfer.altered = false;
  transfer.hint.clear();
}

/// Runs rounds until no transfer is passed over: each round asks for some. Returns what Left::resumed says.
std::vector<Transfer*> run_rounds(std::vector<Transfer*> transfers, bool resume, std::chrono::seconds timeout,
                                  Progress& progress) {
  std::vector<Transfer*> resumed;
  while (!transfers.empty()) {
    Left left = run_round(transfers, resume, timeout, progress);
    resumed.insert(resumed.end(), left.resumed.begin(), left.resumed.end());
    transfers = std::move(left.passed_over);
    for (Transfer* transfer : transfers) forget_failure(*transfer);
  }
  return resumed;
}

}  // namespace

void run_transfers(std::vector<Transfer>& transfers, std::chrono::seconds timeout, Progress& progress) {
  // librepo's parsers and mirror lists write warnings to stderr; what matters comes back as an error.
  [[maybe_unused]] static const guint silenced =
      g_log_set_handler("librepo", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK), ignore_log, nullptr);
  std::vector<Transfer*> all;
  for (Transfer& transfer : transfers) {
    if (!transfer.done && keep_regular(transfer)) all.push_back(&transfer);
  }
  const std::vector<Transfer*> again = run_rounds(std::move(all), true, timeout, progress);

  // The beginning that was there may have been at fault: begin anew.
  for (Transfer* transfer : again) forget_failure(*transfer);
  run_rounds(again, false, timeout, progress);
}

TransferProblem problem_of(const Transfer& transfer) {
  return {join(transfer.failures, "; "), transfer.altered, transfer.hint};
}

bool is_url(std::string_view location) noexcept { return location.find("://") != std::string_view::npos; }

bool is_file_url(std::string_view url) noexcept { return url.starts_with("file:"); }

}  // namespace rootlet::repo
