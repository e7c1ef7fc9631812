// Images as other programs read them. Each test is skipped, saying so, where its program is missing.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <csignal>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;
using image::Compression;
using image::Format;

namespace {

/// A small root with a bit of everything.
struct Images {
  TempDir dir{fs::temp_directory_path(), "rootlet-test-"};
  fs::path root = dir.path() / "root";
  bool capability = false;

  Images() {
    make_dirs(root / "usr/bin");
    make_dirs(root / std::string(200, 'd'));
    write_file(root / "usr/bin/tool", std::string(3'000'000, 'x'), 0755);
    write_file(root / std::string(200, 'd') / "grüße", "hello\n");
    fs::create_hard_link(root / "usr/bin/tool", root / "usr/bin/tool2");
    fs::create_symlink("usr/bin", root / "sbin");
    fs::create_symlink("/etc/passwd", root / "passwd");
    const char raw[20] = {1, 0, 0, 2, 0, 32};
    capability = setxattr((root / "usr/bin/tool").c_str(), "security.capability", raw, sizeof raw, 0) == 0;
  }

  image::WriteResult write(const std::string& name, Format format, Compression compression = Compression::none) const {
    ImageConfig config;
    config.entrypoint = {"/usr/bin/tool"};
    config.labels = {{"a", "b"}};
    Progress silent;
    return image::write(OpenDirectory(root).fd(), {image::NewLayer{}}, config, options_for(format, compression),
                        dir.directory(), name, silent);
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (dir.path() / name).string(); }
};

void check_runs(const std::string& command) {
  const Outcome outcome = run(command);
  INFO(command << "\n" << outcome.output);
  CHECK(outcome.status == 0);
}

unsigned short free_port() {
  const Fd probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(probe.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  socklen_t size = sizeof address;
  REQUIRE(getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

bool answers(unsigned short port) {
  for (int tries = 0; tries < 200; ++tries) {
    const Fd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
    usleep(50'000);
  }
  return false;
}

/// A registry on the loopback interface, ended with the test.
struct Registry {
  unsigned short port = free_port();
  pid_t pid = -1;

  explicit Registry(const fs::path& dir) {
    make_dirs(dir / "registry");
    write_file(dir / "config.yml", "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: '" +
                                       (dir / "registry").string() +
                                       "'}}\nhttp: {addr: '127.0.0.1:" + std::to_string(port) + "'}\n");
    pid = fork();
    if (pid == 0) {
      const std::string config = (dir / "config.yml").string();
      const std::string log = (dir / "registry.log").string();
      if (std::freopen(log.c_str(), "w", stderr) == nullptr || std::freopen(log.c_str(), "w", stdout) == nullptr) {
        _exit(126);
      }
      execlp("docker-registry", "docker-registry", "serve", config.c_str(), nullptr);
      _exit(127);
    }
  }
  ~Registry() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
};

}  // namespace

TEST_CASE("skopeo reads every format and finds the same layer in each") {
  if (!have("skopeo")) return;
  const Images images;
  const auto oci = images.write("oci", Format::oci, Compression::gzip);
  images.write("zstd", Format::oci, Compression::zstd);
  images.write("oci.tar", Format::oci_archive, Compression::gzip);
  const auto docker = images.write("docker.tar", Format::docker_archive);
  const auto inspect = [](const std::string& name) {
    const Outcome outcome = run("skopeo inspect " + name);
    INFO(outcome.output);
    REQUIRE(outcome.status == 0);
    return nlohmann::json::parse(outcome.output);
  };
  const auto seen = inspect("oci:" + images.at("oci") + ":latest");
  CHECK(seen["Digest"] == oci.digest);
  CHECK(seen["Architecture"] == "amd64");
  CHECK(seen["Created"] == "2023-11-14T22:13:20Z");
  CHECK(seen["Labels"]["a"] == "b");
  CHECK(inspect("oci:" + images.at("zstd") + ":latest")["Os"] == "linux");
  CHECK(inspect("oci-archive:" + images.at("oci.tar") + ":latest")["Digest"] == oci.digest);
  CHECK(inspect("docker-archive:" + images.at("docker.tar") + ":test:latest")["Layers"][0] ==
        docker.layers.back().diff_id);
}

TEST_CASE("skopeo copies to other formats and recomputes the same digests") {
  if (!have("skopeo")) return;
  const Images images;
  const std::string copy = "skopeo --insecure-policy copy -q ";
  const auto oci = images.write("oci", Format::oci, Compression::gzip);
  images.write("zstd", Format::oci, Compression::zstd);
  images.write("docker.tar", Format::docker_archive);
  check_runs(copy + "oci:" + images.at("oci") + ":latest docker-archive:" + images.at("copy.tar") + ":test:copy");
  check_runs(copy + "oci:" + images.at("zstd") + ":latest dir:" + images.at("zstd-dir"));
  check_runs(copy + "docker-archive:" + images.at("docker.tar") + " dir:" + images.at("docker-dir"));
  // The layer that skopeo unpacked is the tar that was written.
  const auto members = read_tar(images.at("copy.tar"));
  CHECK(find(members, oci.layers.back().diff_id.substr(7) + ".tar").type == '-');
}

TEST_CASE("a registry takes the image and gives it back with the same digest") {
  if (!have("skopeo") || !have("docker-registry")) return;
  const Images images;
  const Registry registry(images.dir.path());
  REQUIRE(answers(registry.port));
  const std::string name = "docker://127.0.0.1:" + std::to_string(registry.port) + "/test/image:1";
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    const std::string layout = compression == Compression::gzip ? "gzip" : "zstd";
    const auto result = images.write(layout, Format::oci, compression);
    check_runs("skopeo --insecure-policy copy -q --dest-tls-verify=false oci:" + images.at(layout) + ":latest " + name);
    CHECK_THAT(run("skopeo inspect --tls-verify=false " + name).output, Contains(result.digest));
  }
}

TEST_CASE("umoci unpacks the image to the same tree") {
  if (!have("umoci")) return;
  if (geteuid() != 0) {
    WARN("skipped: needs root");
    return;
  }
  const Images images;
  images.write("oci", Format::oci, Compression::gzip);
  check_runs("umoci unpack --image " + images.at("oci") + ":latest " + images.at("bundle"));
  const std::string rootfs = images.at("bundle") + "/rootfs";
  check_runs("diff -r --no-dereference " + images.root.string() + " " + rootfs);
  struct stat first {};
  struct stat second {};
  REQUIRE(stat((rootfs + "/usr/bin/tool").c_str(), &first) == 0);
  REQUIRE(stat((rootfs + "/usr/bin/tool2").c_str(), &second) == 0);
  CHECK(first.st_ino == second.st_ino);
  char value[32];
  if (images.capability) {
    CHECK(getxattr((rootfs + "/usr/bin/tool").c_str(), "security.capability", value, sizeof value) == 20);
  }
}

TEST_CASE("GNU tar, bsdtar and Python read the tar without complaint") {
  const Images images;
  images.write("root.tar.gz", Format::tar, Compression::gzip);
  const std::string file = images.at("root.tar.gz");
  const Outcome gnu = run("LC_ALL=C.UTF-8 tar --xattrs --xattrs-include='*' --numeric-owner -tvvzf " + file);
  CHECK(gnu.status == 0);
  CHECK_THAT(gnu.output, Contains("usr/bin/tool2 link to usr/bin/tool") && Contains("/grüße") && !Contains("tar: ") &&
                             Contains("passwd -> /etc/passwd"));
  if (images.capability) CHECK_THAT(gnu.output, Contains("security.capability"));
  if (geteuid() == 0) {
    make_dirs(images.at("gnu"));
    check_runs("tar --xattrs --xattrs-include='*' -xzf " + file + " -C " + images.at("gnu"));
    check_runs("diff -r --no-dereference " + images.root.string() + " " + images.at("gnu"));
  }
  if (have("bsdtar")) {
    make_dirs(images.at("bsd"));
    check_runs("LC_ALL=C.UTF-8 bsdtar -xpf " + file + " -C " + images.at("bsd"));
    check_runs("diff -r --no-dereference " + images.root.string() + " " + images.at("bsd"));
  }
  if (have("python3")) {
    // The streaming mode knows only the first member of a gzip file.
    check_runs("python3 -c \"import tarfile; assert len(list(tarfile.open('" + file + "', 'r|gz'))) == 8\"");
  }
}

TEST_CASE("a program of an unpacked image runs in it") {
  if (!have("umoci") || !have("ldd")) return;
  const Images images;
  check_runs("for f in /bin/echo $(ldd /bin/echo | grep -o '/[^ ]*'); do mkdir -p " + images.root.string() +
             "$(dirname $f) && cp -L $f " + images.root.string() + "$f || exit 1; done");
  images.write("oci", Format::oci, Compression::gzip);
  check_runs("umoci unpack --image " + images.at("oci") + ":latest " + images.at("bundle"));
  if (geteuid() != 0) {
    WARN("skipped: chroot needs root");
    return;
  }
  CHECK(run("chroot " + images.at("bundle") + "/rootfs /bin/echo works").output == "works\n");
}
