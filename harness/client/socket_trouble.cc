#include "client/socket_trouble.h"

#include <cerrno>

namespace assay::client {

Trouble trouble_of(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
    case ENOENT:  // a unix socket that is not there
    case EAGAIN:  // or whose queue of waiting connections is full
      return Trouble::refused;
    case ECONNRESET:
    case EPIPE:
      return Trouble::reset;
    case ETIMEDOUT:
      return Trouble::timeout;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EACCES:
    case EPERM:
      return Trouble::unreachable;
    default:
      return Trouble::local;
  }
}

}  // namespace assay::client
