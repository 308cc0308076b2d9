// One HTTP/1.1 connection: opens itself when a request needs it (TCP, then TLS), sends, receives, reports the
// end, and stays open for the next request where the answer allows it. One exchange at a time, no pipelining.
// An idle plain connection holds no heap. A request on a reused connection that the server closes before the
// first byte of an answer is sent once more on a new one (Route::stale_retries), with its first `sent` stamp.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "net/event_loop.h"
#include "net/exchange.h"
#include "net/http1_exchange.h"
#include "net/route.h"
#include "net/wire.h"

namespace assay::net {

// Owned by the worker's pool, at a stable address; used on that worker's thread only.
class Http1Connection final : private Pollable {
 public:
  // `address` is where in route.addresses the first connect starts; later connects go round. Both references
  // outlive it.
  Http1Connection(EventLoop& loop, Route& route, std::uint32_t address);
  ~Http1Connection() override;
  Http1Connection(const Http1Connection&) = delete;
  Http1Connection& operator=(const Http1Connection&) = delete;

  bool busy() const { return state_ != State::closed && state_ != State::idle; }  // an exchange is under way
  bool open() const { return state_ == State::idle; }  // a socket stands: start() will not have to connect

  // Begins an exchange; not busy. `now` becomes the `sent` stamp. The handler is called exactly once for it,
  // from EventLoop::run_once or from abort(), never before start() returns.
  void start(const ExchangeRequest& request, ExchangeHandler& handler, TimePoint now);

  // Ends the exchange under way as `aborted` (the handler is called) and closes. Does nothing when not busy.
  void abort(TimePoint now);
  void close();  // not busy

  // The worker's own mark: which virtual user is being served. Its first kOwnerBytes are prefetched.
  void* owner = nullptr;
  static constexpr std::size_t kOwnerBytes = 384;

 private:
  enum class State : std::uint8_t {
    closed,
    connecting,
    handshaking,
    idle,
    sending,  // part of the request is not written yet
    waiting,  // for the first byte of the answer
    reading,
    answered,  // complete; it is still to be seen whether anything follows it
    failed,    // the handler is called in the next round
  };

  // ExchangeResult without what is known only at the end: an idle connection should be small.
  struct Facts {
    TimePoint sent{}, done{};
    Nanos connect{0}, tls{0}, first_byte{0};
    std::uint64_t bytes_sent = 0, bytes_received = 0;
    Outcome outcome = Outcome::ok;
    bool new_connection = false;
  };

  void on_ready(std::uint32_t events) override;
  void on_deadline(TimePoint now) override;

  void connect(TimePoint now);
  void try_addresses(int error);
  const Address& next_address();
  int open_socket(const Address& address);  // 0 or errno
  void connect_decided(TimePoint now);
  void socket_stands(TimePoint now);
  void shake_hands(TimePoint now);
  void handshake_done();
  void watch_writable(bool wanted);

  void begin_request(TimePoint now);
  void write(TimePoint now);
  void written(TimePoint now);
  void write_failed(int error);

  void read(std::uint32_t events);
  bool take(const IoResult& io, std::string_view bytes, TimePoint now);
  bool take_bytes(std::string_view bytes, TimePoint now);
  void nothing_more(TimePoint now);
  void take_end(TimePoint now);
  void take_error(const IoResult& io, TimePoint now);
  void lost(std::string why, TimePoint now);

  void limit(Nanos phase, TimePoint from);
  void fail_soon(Outcome outcome, std::string detail);
  void fail(Outcome outcome, std::string detail, TimePoint now);
  void answer_complete(bool still_open);
  void finish(Outcome outcome, bool keep_open);
  void close_socket();

  EventLoop& loop_;
  Route& route_;
  ExchangeHandler* handler_ = nullptr;
  ExchangeRequest request_;
  Facts facts_;
  Http1Exchange exchange_;
  Wire wire_;
  std::string detail_;
  std::string_view unsent_;
  TimePoint total_deadline_ = kNever, phase_began_{}, written_at_{};
  std::uint32_t address_;  // of the newest connect, index into Route::addresses
  std::uint32_t addresses_tried_ = 0;
  int write_error_ = 0;
  State state_ = State::closed;
  bool reused_ = false;  // the connection has carried an exchange before this one
  bool wants_write_ = false;
};

}  // namespace assay::net
