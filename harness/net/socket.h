// Non-blocking client sockets, and what their errors mean. Errors are errno values; 0 means none.
#pragma once
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <span>
#include <string>
#include <string_view>

#include "model/outcome.h"
#include "net/address.h"

namespace assay::net {

struct Connecting {
  int fd = -1;  // -1: error says why
  int error = 0;
  bool standing = false;  // connected already; otherwise the socket becomes writable when it is decided
};

Connecting begin_connect(const Address& address);
int connect_error(int fd);  // once the socket has become writable

// As recv() and send() without SIGPIPE, but no cancellation points: in a program with threads glibc's
// wrappers pay four atomic operations a request to be that, and no thread here is ever cancelled. errno after
// -1.
inline ssize_t receive_some(int fd, std::span<char> into) {
  return ::syscall(SYS_recvfrom, fd, into.data(), into.size(), 0, nullptr, nullptr);
}
inline ssize_t send_some(int fd, std::string_view bytes) {
  return ::syscall(SYS_sendto, fd, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0);
}

// How a failed connect counts, and in which words.
Outcome connect_outcome(int error);
std::string connect_detail(const Address& address, int error);
std::string error_text(int error);
// Another address may be reached although this one failed so.
bool another_address_may_help(int error);

}  // namespace assay::net
