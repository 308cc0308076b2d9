#include "scripted_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace assay::net {

Peer::Peer(int fd, SSL_CTX* tls) : fd_(fd) {
  const timeval patience{10, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (tls == nullptr) return;
  ssl_ = SSL_new(tls);
  SSL_set_fd(ssl_, fd_);
  handshake_done_ = SSL_accept(ssl_) == 1;
}

Peer::~Peer() { close(); }

long Peer::receive(char* into, std::size_t space) {
  if (fd_ < 0) return 0;
  if (ssl_ != nullptr) return SSL_read(ssl_, into, static_cast<int>(space));
  return ::recv(fd_, into, space, 0);
}

std::string Peer::read_request() {
  std::array<char, 16'384> buffer;
  for (;;) {
    if (const auto end = unread_.find("\r\n\r\n"); end != std::string::npos) {
      const auto length_at = unread_.find("Content-Length: ");
      const std::size_t body = length_at < end ? std::stoul(unread_.substr(length_at + 16, 20)) : 0;
      if (unread_.size() >= end + 4 + body) {
        const std::string request = unread_.substr(0, end + 4 + body);
        unread_.erase(0, request.size());
        return request;
      }
    }
    const long count = receive(buffer.data(), buffer.size());
    if (count <= 0) return {};
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void Peer::send(std::string_view bytes) {
  while (!bytes.empty() && fd_ >= 0) {
    const long count = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                       : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Peer::wait_for_close() {
  std::array<char, 4096> buffer;
  while (receive(buffer.data(), buffer.size()) > 0) {
  }
}

void Peer::reset() {
  const linger abrupt{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
  ::close(std::exchange(fd_, -1));
}

void Peer::close() {
  if (ssl_ != nullptr) {
    if (fd_ >= 0 && SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
    SSL_free(std::exchange(ssl_, nullptr));
  }
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

int listen_at(const Address& at, int backlog) {
  const int fd = ::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&at.storage), at.length) == 0 &&
      ::listen(fd, backlog) == 0)
    return fd;
  ::close(fd);
  return -1;
}

Address local_address(int fd, const Address& asked) {
  if (asked.family() == AF_UNIX) return asked;
  Address bound = asked;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound.storage), &bound.length);
  std::uint16_t port = 0;  // at the same place for IPv4 and IPv6
  std::memcpy(&port, reinterpret_cast<const char*>(&bound.storage) + 2, sizeof port);
  bound.text = asked.text.substr(0, asked.text.rfind(':') + 1) + std::to_string(__builtin_bswap16(port));
  return bound;
}

Address ScriptedServer::loopback() { return resolve("127.0.0.1", 0).value().front(); }

ScriptedServer::ScriptedServer(Script script, const Address& at, SSL_CTX* tls)
    : script_(std::move(script)), tls_(tls), fd_(listen_at(at, 128)), address_(local_address(fd_, at)) {
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(fd_, SHUT_RDWR);  // accept returns
  acceptor_.join();
  for (auto& session : sessions_) session.join();
  ::close(fd_);
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    sessions_.emplace_back([this, fd, index = accepted_++] {
      Peer peer(fd, tls_);
      script_(peer, index);
    });
  }
}

}  // namespace assay::net
