#include <linux/capability.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>

#include "base/capabilities.hpp"
#include "base/fs.hpp"

using namespace rootlet;

namespace {

std::string attribute(std::uint32_t revision, bool effective, std::uint64_t permitted, std::uint64_t inheritable) {
  std::string value;
  const auto add = [&](std::uint64_t number) {
    for (int i = 0; i < 4; ++i) value += static_cast<char>(number >> (8 * i) & 0xff);
  };
  add(revision | (effective ? 1U : 0U));
  add(permitted & 0xffffffff);
  add(inheritable & 0xffffffff);
  add(permitted >> 32);
  add(inheritable >> 32);
  if (revision == VFS_CAP_REVISION_3) add(1000);
  return value;
}

constexpr std::uint64_t net_raw = 1U << 13U;
constexpr std::uint64_t sys_time = 1U << 25U;
constexpr std::uint64_t bpf = std::uint64_t{1} << 39U;

}  // namespace

TEST_CASE("a file's capabilities as text") {
  CHECK(capabilities_of_attribute(attribute(VFS_CAP_REVISION_2, true, net_raw, 0)) == "cap_net_raw=ep");
  CHECK(capabilities_of_attribute(attribute(VFS_CAP_REVISION_2, false, net_raw, 0)) == "cap_net_raw=p");
  CHECK(capabilities_of_attribute(attribute(VFS_CAP_REVISION_2, true, net_raw, net_raw)) == "cap_net_raw=eip");
  CHECK(capabilities_of_attribute(attribute(VFS_CAP_REVISION_3, true, net_raw | bpf, 0)) == "cap_net_raw,cap_bpf=ep");
  CHECK(capabilities_of_attribute(attribute(VFS_CAP_REVISION_2, true, net_raw, sys_time)).value_or("?") ==
        "cap_sys_time=ei cap_net_raw+ep");
  CHECK(capabilities_of_attribute(attribute(VFS_CAP_REVISION_2, true, 0, 0)) == "");
}

TEST_CASE("bytes that are no capabilities are none") {
  const std::string good = attribute(VFS_CAP_REVISION_2, true, net_raw, 0);
  CHECK_FALSE(capabilities_of_attribute(""));
  CHECK_FALSE(capabilities_of_attribute("abc"));
  CHECK_FALSE(capabilities_of_attribute(good.substr(0, 19)));
  CHECK_FALSE(capabilities_of_attribute(good + "x"));
  CHECK_FALSE(capabilities_of_attribute(attribute(0x09000000, true, net_raw, 0)));
}

TEST_CASE("text of other versions of libcap becomes the same") {
  CHECK(normal_capabilities("= cap_net_raw+ep") == "cap_net_raw=ep");
  CHECK(normal_capabilities("cap_net_raw=ep") == "cap_net_raw=ep");
  CHECK(normal_capabilities("cap_net_raw=pe") == "cap_net_raw=ep");
  CHECK(normal_capabilities("= cap_net_admin,cap_net_raw+p") == "cap_net_admin,cap_net_raw=p");
  CHECK(normal_capabilities("=") == "");
  CHECK(normal_capabilities("") == "");
  CHECK(normal_capabilities("no capability") == "no capability");
}

TEST_CASE("setcap and getcap agree") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const std::string path = (dir.path() / "program").string();
  for (const std::string text : {"cap_net_raw=ep", "cap_setgid,cap_setuid=p", "cap_chown=eip cap_kill+p"}) {
    write_file(path, "x");
    if (std::system(("setcap '" + text + "' " + path + " 2>/dev/null").c_str()) != 0) {
      WARN("skipped: no setcap, or no right to use it here");
      return;
    }
    std::array<char, 64> value{};
    const ssize_t size = getxattr(path.c_str(), "security.capability", value.data(), value.size());
    REQUIRE(size > 0);
    const auto read = capabilities_of_attribute({value.data(), static_cast<std::size_t>(size)});
    std::FILE* const pipe = popen(("getcap " + path).c_str(), "re");
    std::array<char, 300> said{};
    REQUIRE(std::fgets(said.data(), said.size(), pipe) != nullptr);
    pclose(pipe);
    CHECK(path + " " + read.value_or("?") + "\n" == said.data());
  }
}
