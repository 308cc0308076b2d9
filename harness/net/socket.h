// Non-blocking client sockets, and what their errors mean. Errors are errno values; 0 means none.
#pragma once
#include <string>

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

// How a failed connect counts, and in which words.
Outcome connect_outcome(int error);
std::string connect_detail(const Address& address, int error);
std::string error_text(int error);
// Another address may be reached although this one failed so.
bool another_address_may_help(int error);

}  // namespace assay::net
