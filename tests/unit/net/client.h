// One connection with its own loop, driven until an exchange has ended. Tests only.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/http1_connection.h"

namespace assay::net {

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

// ExchangeResult with copies of what is valid only during the handler call.
struct Seen {
  Outcome outcome = Outcome::ok;
  int status = 0;
  std::string body, detail;
  std::uint64_t body_bytes = 0, bytes_sent = 0, bytes_received = 0;
  bool new_connection = false;
  TimePoint sent{}, done{};
  Nanos connect{0}, tls{0}, first_byte{0};
};

class Client final : public ExchangeHandler {
 public:
  explicit Client(std::vector<Address> addresses, std::unique_ptr<TlsContext> tls = nullptr,
                  std::string name = "localhost") {
    route.addresses = std::move(addresses);
    route.tls = std::move(tls);
    route.server_name = std::move(name);
    connection = std::make_unique<Http1Connection>(loop, route, 0);
    interest.body = true;
  }

  ExchangeRequest request(std::string_view bytes = kGet) const {
    ExchangeRequest made;
    made.bytes = bytes;
    made.interest = &interest;
    return made;
  }

  void start(const ExchangeRequest& made) {
    last.reset();
    connection->start(made, *this, Clock::now());
  }

  Seen finish() {
    run_until([this] { return last.has_value(); });
    return last.value_or(Seen{Outcome::aborted, 0, {}, "the test gave up waiting"});
  }

  Seen exchange(const ExchangeRequest& made) {
    start(made);
    return finish();
  }
  Seen exchange() { return exchange(request()); }

  // False: not within ten seconds.
  template <class Condition>
  bool run_until(Condition met) {
    const TimePoint patience = Clock::now() + std::chrono::seconds(10);
    while (!met() && Clock::now() < patience) loop.run_once(Clock::now() + std::chrono::milliseconds(5));
    return met();
  }

  void on_exchange_end(Http1Connection&, const ExchangeResult& result) override {
    ++ended;
    const ResponseView& view = result.response;
    last = Seen{result.outcome,   view.status,       std::string(view.body), std::string(result.detail),
                view.body_bytes,  result.bytes_sent, result.bytes_received,  result.new_connection,
                result.sent,      result.done,       result.connect,         result.tls,
                result.first_byte};
  }

  EventLoop loop{Pacing::sleep};
  Route route;
  ResponseInterest interest;
  std::unique_ptr<Http1Connection> connection;
  std::optional<Seen> last;
  int ended = 0;
};

}  // namespace assay::net
