// What one attempt to move bytes over a connection came to.
#pragma once
#include <cstddef>
#include <cstdint>

namespace assay::net {

struct IoResult {
  enum class Kind : std::uint8_t {
    moved,       // `count` bytes; for a handshake: it stands
    wants_read,  // nothing now: wait until readable
    wants_write,
    closed,  // the other side has ended the stream in order
    failed,  // by `error`, or by TLS where that is 0
  };

  Kind kind = Kind::failed;
  bool drained = false;  // nothing more is there: asking again would say wants_read
  std::size_t count = 0;
  int error = 0;  // errno
};

}  // namespace assay::net
