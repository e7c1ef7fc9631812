#include "signer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/child.hpp"
#include "base/descriptors.hpp"
#include "base/fs.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::attest {
namespace {

constexpr int not_started = 127;
constexpr const char* package_hint =
    "install the package 'cosign', version 3 or later; or leave --sign-key out and sign the image in its registry";

/// No services: neither certificates nor a log, both of which are asked over the network.
constexpr const char* no_services =
    R"({"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","rekorTlogConfig":{},"tsaConfig":{}})";
constexpr const char* no_authorities = R"({"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"})";

struct Said {
  int status = 0;
  std::string out;
  std::string err;
};

/// Numbers that the files for cosign have in it: "/dev/fd/3".
constexpr int first_file = 3;

/// Runs cosign. `files`: what it can read as /dev/fd/3 and so on.
Said cosign(const std::vector<std::string>& arguments, const std::string& input,
            const std::vector<std::string>& files) {
  std::vector<std::string> command{"cosign"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Fd in = in_memory(input);
  const Fd errors = in_memory({});
  std::vector<Fd> inherited;
  for (const std::string& file : files) inherited.push_back(in_memory(file));
  auto [reader, writer] = make_pipe();
  auto child = fork_child();
  if (!child) {
    dup2(in.get(), STDIN_FILENO);
    dup2(errors.get(), STDERR_FILENO);
    // Above all numbers that are given out, so that no file takes the place of one that is still to be moved.
    std::vector<int> above;
    const int out = fcntl(writer.get(), F_DUPFD_CLOEXEC, 100);
    for (const Fd& file : inherited) above.push_back(fcntl(file.get(), F_DUPFD_CLOEXEC, 100));
    dup2(out, STDOUT_FILENO);
    for (std::size_t i = 0; i < above.size(); ++i) dup2(above[i], first_file + static_cast<int>(i));
    become(command);
    _exit(not_started);
  }
  writer.reset();
  Said said;
  said.out = read_all(reader);
  said.status = shell_status(child->wait());
  lseek(errors.get(), 0, SEEK_SET);
  said.err = read_all(errors);
  return said;
}

std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  const std::size_t begin = text.rfind('\n');
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

Error refused(const std::string& key, const Said& said) {
  const std::string shown = key.substr(0, key.find('?'));  // a URI's parameters have PINs
  return Error("cannot sign with the key '" + shown + "': cosign: " + printable(last_line(said.err)),
               "a key is made by 'cosign generate-key-pair'; its password is taken from COSIGN_PASSWORD");
}

}  // namespace

Signer::Signer(std::string key) : key_(std::move(key)) {
  const Said said = cosign({"attest-blob", "--help"}, {}, {});
  if (said.status == not_started) throw Error("cannot sign: cosign cannot be started: no such program", package_hint);
  if ((said.out + said.err).find("--signing-config") == std::string::npos) {
    throw Error("cannot sign: this cosign cannot sign without a transparency log's service", package_hint);
  }
  const Said key_said = cosign({"public-key", "--key", key_}, {}, {});
  if (key_said.status != 0) throw refused(key_, key_said);
}

std::string Signer::sign(const std::string& statement) const {
  const Said said = cosign({"attest-blob", "--yes", "--key", key_, "--statement", "/dev/stdin", "--bundle",
                            "/dev/stdout", "--signing-config", "/dev/fd/3", "--trusted-root", "/dev/fd/4"},
                           statement, {no_services, no_authorities});
  const std::size_t begin = said.out.find('{');
  if (said.status != 0 || begin == std::string::npos) throw refused(key_, said);
  std::string bundle = said.out.substr(begin);
  while (bundle.ends_with('\n')) bundle.pop_back();
  if (!nlohmann::json::accept(bundle)) throw Error("cannot sign: cosign wrote no bundle");
  return bundle;
}

}  // namespace rootlet::attest
