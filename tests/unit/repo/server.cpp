#include "server.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>

#include "base/digest.hpp"
#include "rootlet/error.hpp"

namespace rootlet::test {

HttpServer::HttpServer() : dir_(fs::temp_directory_path(), "rootlet-http-") {
  make_dirs(www());
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) throw system_error("pipe");
  const Fd in(pipe[0]);
  Fd out(pipe[1]);
  child_ = fork();
  if (child_ < 0) throw system_error("fork");
  if (child_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out.get(), STDOUT_FILENO);
    const char* script = ROOTLET_SOURCE_DIR "/tests/support/http_server.py";
    execl("/usr/bin/python3", "python3", script, dir_.path().c_str(), nullptr);
    execlp("python3", "python3", script, dir_.path().c_str(), nullptr);
    _exit(127);
  }
  out.reset();
  std::string port;
  for (char c = 0; ::read(in.get(), &c, 1) == 1 && c != '\n';) port += c;
  if (port.empty()) throw Error("the test server does not start (python3 is needed)");
  address_ = "127.0.0.1:" + port;
}

HttpServer::~HttpServer() {
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

std::string HttpServer::url(const std::string& path) const { return "http://" + address_ + "/" + path; }

void HttpServer::rules(const std::string& json) const { write_file(dir_.path() / "rules.json", json); }

std::vector<std::string> HttpServer::requests() {
  const fs::path path = dir_.path() / "requests.log";
  const std::string log = fs::exists(path) ? read_file(path) : "";
  std::istringstream fresh(log.substr(seen_));
  seen_ = log.size();
  std::vector<std::string> lines;
  for (std::string line; std::getline(fresh, line);) lines.push_back(line);
  return lines;
}

std::string HttpServer::without_port(std::string text) const {
  for (std::size_t at = text.find(address_); at != std::string::npos; at = text.find(address_)) {
    text.replace(at, address_.size(), "HOST");
  }
  return text;
}

std::string repomd_record(const std::string& type, const std::string& location, const std::string& digest,
                          const std::string& hex, const std::string& size) {
  return "<data type=\"" + type + "\"><checksum type=\"" + digest + "\">" + hex + "</checksum><location href=\"" +
         location + "\"/><timestamp>1</timestamp><size>" + size + "</size></data>\n";
}

std::string repomd_document(const std::string& records) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<repomd xmlns=\"http://linux.duke.edu/metadata/repo\"><revision>1</revision>\n" +
         records + "</repomd>\n";
}

void write_repodata(const fs::path& repo, const std::vector<TestFile>& files) {
  make_dirs(repo / "repodata");
  std::string records;
  for (const TestFile& file : files) {
    write_file(repo / "repodata" / file.name, file.content);
    records += repomd_record(file.type, "repodata/" + file.name, file.digest,
                             digest_of(file.content, digest_type(file.digest)), std::to_string(file.content.size()));
  }
  write_file(repo / "repodata/repomd.xml", repomd_document(records));
}

RepoSpec repo_spec(const std::string& id, const std::vector<std::string>& baseurl) {
  RepoSpec spec;
  spec.id = id;
  spec.baseurl = baseurl;
  return spec;
}

bool run_program(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return failed == 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace rootlet::test
