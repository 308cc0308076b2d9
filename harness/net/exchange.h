// One request and its answer as the net layer sees them: bytes out, a ResponseView back, stamped. No sockets
// here.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/outcome.h"
#include "model/response.h"

namespace assay::net {

// Limits of one exchange; zero means none. A limit is noticed within the event loop's scan interval.
struct Timeouts {
  Nanos connect{0};     // TCP connection, where a new one is needed
  Nanos tls{0};         // TLS handshake, where one is needed
  Nanos first_byte{0};  // from the request written to the first byte of the answer
  Nanos total{0};       // from the start of the exchange to its end
};

// Everything referred to must stay valid until the handler has been called.
struct ExchangeRequest {
  std::string_view bytes;    // the request in wire form
  bool head = false;         // the answer has no body whatever its headers say
  bool close_after = false;  // do not reuse the connection
  const ResponseInterest* interest = nullptr;
  Timeouts timeouts;
};

// Valid only during the handler call.
struct ExchangeResult {
  Outcome outcome = Outcome::ok;  // ok here means: a complete, valid answer arrived
  ResponseView response;          // what had arrived, also when the outcome is not ok
  bool new_connection = false;
  TimePoint sent{};  // the generator acted: the connect began, or the request was written
  TimePoint done{};
  Nanos connect{0}, tls{0};                          // zero where the connection stood already
  Nanos first_byte{0};                               // request written -> first byte; zero where none came
  std::uint64_t bytes_sent = 0, bytes_received = 0;  // HTTP bytes, without TLS records
  std::string_view detail;  // why it failed: "certificate has expired"; empty when ok
};

class Http1Connection;

// Implemented by the engine's worker. Called from inside EventLoop::run_once or Http1Connection::abort, never
// from start(), so that failures at once cannot recurse. May start the next exchange on the same connection,
// close or destroy it.
class ExchangeHandler {
 public:
  virtual void on_exchange_end(Http1Connection& connection, const ExchangeResult& result) = 0;

 protected:
  ~ExchangeHandler() = default;
};

}  // namespace assay::net
