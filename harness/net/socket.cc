#include "net/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace assay::net {

Connecting begin_connect(const Address& address) {
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return {-1, errno, false};
  const int on = 1;
  if (address.family() != AF_UNIX) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.length) == 0)
    return {fd, 0, true};
  if (errno == EINPROGRESS) return {fd, 0, false};
  const int error = errno;
  ::close(fd);
  return {-1, error, false};
}

int connect_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

Outcome connect_outcome(int error) {
  switch (error) {
    case ECONNREFUSED:
    case ECONNRESET:
    case ENOENT:  // no such unix socket
    case EAGAIN:  // a unix socket whose queue of waiting connections is full
      return Outcome::connect_refused;
    case ETIMEDOUT:
      return Outcome::connect_timeout;
    case EADDRNOTAVAIL:
      return Outcome::no_local_port;
    case EMFILE:
    case ENFILE:
      return Outcome::no_file;
    default:
      return Outcome::connect_failed;
  }
}

std::string connect_detail(const Address& address, int error) {
  switch (error) {
    case EADDRNOTAVAIL:
      return address.text + ": no free local port";
    case EMFILE:
    case ENFILE:
      return address.text + ": no file descriptor left";
    case EAGAIN:
      return address.text + ": the server's queue of waiting connections is full";
    default:
      return address.text + ": " + error_text(error);
  }
}

std::string error_text(int error) { return std::generic_category().message(error); }

bool another_address_may_help(int error) { return error != EMFILE && error != ENFILE; }

}  // namespace assay::net
