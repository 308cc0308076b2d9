#include "net/http1_connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/prefetch.h"
#include "net/socket.h"

namespace assay::net {
namespace {

constexpr std::uint32_t kHangup = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

// Reads in a row from one connection, about 100 us of work; a long body must not delay the sends of the
// others.
constexpr int kReadsInARow = 4;

// The shortest limit sets how often the loop looks for expired ones. Zero means none: less one, unsigned, it
// is the longest.
Nanos shortest(const Timeouts& timeouts) {
  const auto less_one = [](Nanos limit) { return static_cast<std::uint64_t>(limit.count()) - 1; };
  const std::uint64_t connecting = std::min(less_one(timeouts.connect), less_one(timeouts.tls));
  const std::uint64_t answering = std::min(less_one(timeouts.first_byte), less_one(timeouts.total));
  constexpr auto kLongest = static_cast<std::uint64_t>(Nanos::max().count() - 1);
  return Nanos(static_cast<Nanos::rep>(std::min({connecting, answering, kLongest}) + 1));
}

std::string milliseconds(Nanos duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) + " ms";
}

}  // namespace

Http1Connection::Http1Connection(EventLoop& loop, Route& route, std::uint32_t address)
    : loop_(loop), route_(route), exchange_(loop.scratch_pool(), route.headers), address_(0) {
  const auto count = static_cast<std::uint32_t>(route.addresses.size());
  address_ = (address + count - 1) % count;  // each connect begins by going on to the next one
}

Http1Connection::~Http1Connection() { close_socket(); }

void Http1Connection::start(const ExchangeRequest& request, ExchangeHandler& handler, TimePoint now) {
  request_ = request;
  handler_ = &handler;
  facts_ = Facts{};
  facts_.sent = now;
  total_deadline_ = request.timeouts.total > Nanos{0} ? now + request.timeouts.total : kNever;
  reused_ = state_ == State::idle;
  exchange_.begin(request.interest, request.head);
  if (reused_) {
    begin_request(now);
  } else {
    connect(now);
  }
}

void Http1Connection::abort(TimePoint now) {
  if (!busy()) return;
  const Outcome outcome = state_ == State::failed ? facts_.outcome : Outcome::aborted;
  if (detail_.empty()) detail_ = "in flight when the run ended";
  facts_.done = now;
  finish(outcome, false);
}

void Http1Connection::close() {
  if (!busy()) close_socket();
}

void Http1Connection::on_ready(std::uint32_t events) {
  wire_.became_ready((events & kHangup) != 0);
  switch (state_) {
    case State::closed:
      return;
    case State::failed:
      facts_.done = loop_.stamp();
      return finish(facts_.outcome, false);
    case State::connecting:
      if ((events & (EPOLLOUT | kHangup)) != 0) connect_decided(loop_.stamp());
      return;
    case State::handshaking:
      return shake_hands(loop_.stamp());
    case State::sending:
      if ((events & EPOLLOUT) != 0) write(loop_.stamp());
      break;
    default:
      break;
  }
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(events);
}

void Http1Connection::on_deadline(TimePoint now) {
  const bool total = now >= total_deadline_;
  const Timeouts& limits = request_.timeouts;
  switch (state_) {
    case State::connecting:
      return fail(Outcome::connect_timeout,
                  "no connection within " + milliseconds(total ? limits.total : limits.connect), now);
    case State::handshaking:
      return fail(Outcome::tls,
                  "TLS handshake not finished within " + milliseconds(total ? limits.total : limits.tls),
                  now);
    case State::sending:
      return fail(Outcome::response_timeout, "request not written within " + milliseconds(limits.total), now);
    case State::waiting:
      return fail(Outcome::response_timeout,
                  "no byte of an answer within " + milliseconds(total ? limits.total : limits.first_byte),
                  now);
    case State::reading:
      return fail(Outcome::response_timeout, "answer not complete within " + milliseconds(limits.total), now);
    default:
      return;
  }
}

// ---- sending

void Http1Connection::begin_request(TimePoint now) {
  unsent_ = request_.bytes;
  write_error_ = 0;
  state_ = State::sending;
  write(now);
}

void Http1Connection::write(TimePoint now) {
  while (!unsent_.empty()) {
    const IoResult io = wire_.send(unsent_);
    if (io.kind == IoResult::Kind::moved) {
      facts_.bytes_sent += io.count;
      unsent_.remove_prefix(io.count);
      continue;
    }
    if (io.kind == IoResult::Kind::failed) return write_failed(io.error != 0 ? io.error : EPROTO);
    watch_writable(true);
    return limit(Nanos{0}, now);
  }
  written(now);
}

void Http1Connection::written(TimePoint now) {
  written_at_ = now;
  state_ = exchange_.any_received() ? State::reading : State::waiting;
  watch_writable(false);
  limit(state_ == State::waiting ? request_.timeouts.first_byte : Nanos{0}, now);
}

// A server may answer and close before it has taken the whole request, so what it said decides, not the
// failed write.
void Http1Connection::write_failed(int error) {
  write_error_ = error;
  state_ = State::waiting;
  wire_.expect_end();
  loop_.defer(*this, EPOLLIN | EPOLLRDHUP);
}

// ---- receiving

void Http1Connection::read(std::uint32_t events) {
  prefetch(owner, kOwnerBytes);
  for (int reads = 1;; ++reads) {
    const auto space = loop_.inbox().space();
    const IoResult io = wire_.receive(space);
    const TimePoint now = reads == 1 ? loop_.stamp() : loop_.newest();
    if (!take(io, {space.data(), io.count}, now)) return;
    if (reads >= kReadsInARow && wire_.at_rest()) return loop_.defer(*this, events);
  }
}

// False: nothing more is to be read now. The exchange may have ended then, and this object may be gone.
bool Http1Connection::take(const IoResult& io, std::string_view bytes, TimePoint now) {
  switch (io.kind) {
    case IoResult::Kind::moved:
      if (!take_bytes(bytes, now)) return false;
      if (io.drained) nothing_more(now);
      return !io.drained;
    case IoResult::Kind::closed:
      take_end(now);
      return false;
    case IoResult::Kind::failed:
      take_error(io, now);
      return false;
    default:
      nothing_more(now);
      return false;
  }
}

bool Http1Connection::take_bytes(std::string_view bytes, TimePoint now) {
  if (state_ == State::idle) {  // nobody asked for them, and they must not pass for the next answer
    close_socket();
    return false;
  }
  facts_.bytes_received += bytes.size();
  const bool first = state_ == State::waiting;
  if (first) facts_.first_byte = now - written_at_;
  switch (exchange_.receive(bytes)) {
    case Http1Exchange::Progress::failed:
      fail(exchange_.failure(), exchange_.reason(), now);
      return false;
    case Http1Exchange::Progress::done:
      state_ = State::answered;
      facts_.done = now;
      return true;
    case Http1Exchange::Progress::more:
      break;
  }
  if (first) {
    state_ = State::reading;
    limit(Nanos{0}, now);
  }
  return true;
}

void Http1Connection::nothing_more(TimePoint now) {
  if (state_ == State::answered) return answer_complete(true);
  if (write_error_ != 0) lost(error_text(write_error_), now);
}

void Http1Connection::take_end(TimePoint now) {
  if (state_ == State::idle) return close_socket();
  if (state_ == State::answered) return answer_complete(false);
  if (exchange_.end_of_stream() == Http1Exchange::Progress::done) {
    facts_.done = now;
    return answer_complete(false);
  }
  if (exchange_.failure() == Outcome::protocol) return fail(Outcome::protocol, exchange_.reason(), now);
  lost(exchange_.reason(), now);
}

void Http1Connection::take_error(const IoResult& io, TimePoint now) {
  if (state_ == State::idle) return close_socket();
  if (state_ == State::answered) return answer_complete(false);
  std::string why = wire_.tls() != nullptr ? wire_.tls()->failure() : error_text(io.error);
  // Also how a server that wants a client certificate says so: with TLS 1.3 only after the handshake.
  if (io.error == 0) return fail(Outcome::tls, std::move(why), now);
  lost(std::move(why), now);
}

// The connection ended before the answer was complete.
void Http1Connection::lost(std::string why, TimePoint now) {
  if (!reused_ || exchange_.any_received()) return fail(Outcome::closed_early, std::move(why), now);
  // The server has most likely closed the idle connection while this request was on its way, so it never saw
  // it.
  ++route_.stale_retries;
  reused_ = false;
  close_socket();
  exchange_.begin(request_.interest, request_.head);
  connect(now);
}

// ---- ending

// One timer covers the limit of this phase and of the whole exchange.
void Http1Connection::limit(Nanos phase, TimePoint from) {
  const TimePoint deadline = phase > Nanos{0} ? std::min(total_deadline_, from + phase) : total_deadline_;
  loop_.set_deadline(*this, deadline, shortest(request_.timeouts));
}

void Http1Connection::fail_soon(Outcome outcome, std::string detail) {
  close_socket();
  state_ = State::failed;
  facts_.outcome = outcome;
  detail_ = std::move(detail);
  loop_.defer(*this, 0);
}

void Http1Connection::fail(Outcome outcome, std::string detail, TimePoint now) {
  detail_ = std::move(detail);
  facts_.done = now;
  finish(outcome, false);
}

void Http1Connection::answer_complete(bool still_open) {
  finish(Outcome::ok, still_open && unsent_.empty() && !request_.close_after && exchange_.reusable());
}

void Http1Connection::finish(Outcome outcome, bool keep_open) {
  loop_.clear_deadline(*this);
  if (keep_open) {
    state_ = State::idle;
  } else {
    close_socket();
  }

  // The handler may start the next exchange here, or destroy this connection: what it is shown must not
  // change under it.
  const std::string detail = std::exchange(detail_, {});
  const ExchangeResult result{
      outcome,        exchange_.view(), facts_.new_connection, facts_.sent,       facts_.done,
      facts_.connect, facts_.tls,       facts_.first_byte,     facts_.bytes_sent, facts_.bytes_received,
      detail};
  ScratchPool& pool = loop_.scratch_pool();
  auto scratch = exchange_.release();
  handler_->on_exchange_end(*this, result);
  pool.give_back(std::move(scratch));
}

void Http1Connection::close_socket() {
  loop_.clear_deadline(*this);
  EventLoop::cancel_deferred(*this);
  if (wire_.fd() >= 0) loop_.remove(*this, wire_.fd());
  wire_.close();
  wants_write_ = false;
  state_ = State::closed;
}

}  // namespace assay::net
