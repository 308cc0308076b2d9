#include "talking_server.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <utility>

namespace assay::client {
namespace {

std::uint16_t listen_on_loopback(int fd) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const native = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(fd, native, length) == 0);
  REQUIRE(::getsockname(fd, native, &length) == 0);
  return ntohs(address.sin_port);
}

void listen_on_path(int fd, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

}  // namespace

Guest::~Guest() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  if (fd_ >= 0) ::close(fd_);
}

void Guest::say(std::string_view bytes) {
  if (ssl_ != nullptr) {
    SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
  } else {
    (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
}

std::string Guest::hear_line() {
  std::string line;
  char byte = 0;
  const auto take = [&] {
    return ssl_ != nullptr ? SSL_read(ssl_, &byte, 1) : int(::recv(fd_, &byte, 1, 0));
  };
  while (!line.ends_with('\n') && take() == 1) line += byte;
  return line;
}

void Guest::hear_end() {
  while (!hear_line().empty()) {
  }
}

bool Guest::secure(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, fd_);
  return SSL_accept(ssl_) == 1;
}

void Guest::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(fd_, -1));
}

TalkingServer::TalkingServer(Treat treat, const std::string& path) : treat_(std::move(treat)) {
  std::signal(SIGPIPE, SIG_IGN);  // of OpenSSL's server side
  fd_ = ::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  path.empty() ? void(port_ = listen_on_loopback(fd_)) : listen_on_path(fd_, path);
  REQUIRE(::listen(fd_, 8) == 0);
  thread_ = std::thread([this] { serve(); });
}

TalkingServer::~TalkingServer() {
  ::shutdown(fd_, SHUT_RDWR);
  thread_.join();
  ::close(fd_);
}

void TalkingServer::serve() {
  for (;;) {
    const int accepted = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) return;
    Guest guest(accepted);
    treat_(guest);
  }
}

std::uint16_t closed_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const std::uint16_t port = listen_on_loopback(fd);
  ::close(fd);
  return port;
}

}  // namespace assay::client
