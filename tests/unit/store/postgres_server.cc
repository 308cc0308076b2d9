#include "tests/unit/store/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace assay::store {
namespace {

namespace fs = std::filesystem;

// Debian keeps the server's programs by version, outside the path.
fs::path programs() {
  fs::path newest;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql"))
    if (fs::exists(version.path() / "bin/initdb")) newest = std::max(newest, version.path() / "bin");
  return newest;
}

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(probe, any, size) == 0 && ::getsockname(probe, any, &size) == 0;
  ::close(probe);
  REQUIRE(bound);
  return ntohs(address.sin_port);
}

pid_t start(std::vector<std::string> command, const fs::path& log) {
  if (::geteuid() == 0) {
    const std::vector<std::string> as_postgres = {"setpriv", "--reuid=postgres", "--regid=postgres",
                                                  "--clear-groups"};
    command.insert(command.begin(), as_postgres.begin(), as_postgres.end());
  }
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const pid_t process = ::fork();
  if (process != 0) return process;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  if (::chdir("/") == 0) ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

PostgresServer::PostgresServer() : port_(free_port()) {
  const fs::path data = folder_ / "data", log = folder_ / "log";
  fs::create_directory(data);
  if (::geteuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    REQUIRE(user != nullptr);
    REQUIRE(::chown(data.c_str(), user->pw_uid, user->pw_gid) == 0);
  }
  const fs::path bin = programs();
  const pid_t making = start({(bin / "initdb").string(), "-D", data.string(), "-U", "assay", "--auth=trust",
                              "--no-sync", "--locale=C.UTF-8", "-E", "UTF8"},
                             log);
  int status = 0;
  REQUIRE(::waitpid(making, &status, 0) == making);
  REQUIRE(status == 0);
  process_ = start({(bin / "postgres").string(), "-D", data.string(), "-p", std::to_string(port_), "-c",
                    "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"},
                   log);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (PQping(url().c_str()) != PQPING_OK) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    REQUIRE(::waitpid(process_, &status, WNOHANG) == 0);
    ::usleep(20'000);
  }
}

PostgresServer::~PostgresServer() { stop(); }

std::string PostgresServer::url(const std::string& user, const std::string& database) const {
  return "postgres://" + user + ":secret@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void PostgresServer::stop() {
  if (process_ < 0) return;
  ::kill(process_, SIGQUIT);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

}  // namespace assay::store
