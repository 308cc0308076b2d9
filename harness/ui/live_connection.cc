#include "ui/live_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <utility>

namespace assay::ui {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kHeadBytes = 8 << 10, kBodyBytes = 1 << 10, kInboxBytes = 16 << 10;
constexpr int kSendBuffer = 64 << 10;  // in the kernel, which doubles it
constexpr Nanos kRequestTime = 5s, kWriteTime = 5s, kFreshTime = 2500ms, kDrainTime = 1s;

std::string_view as_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string_view field(const http::fields& fields, http::field name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : as_std(found->value());
}

std::string_view field(const http::fields& fields, const char* name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : as_std(found->value());
}

LiveRequest request_of(const http::request<http::string_body>& message) {
  const bool one_host = message.count(http::field::host) == 1;
  return {.method = as_std(message.method_string()),
          .target = as_std(message.target()),
          .host = one_host ? field(message, http::field::host) : std::string_view(),
          .origin = field(message, http::field::origin),
          .fetch_site = field(message, "Sec-Fetch-Site"),
          .authorization = field(message, http::field::authorization),
          .last_event_id = field(message, "Last-Event-ID")};
}

// 0: the client has gone, and nobody reads an answer.
unsigned status_of(const error_code& ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) return 431;
  if (ec == http::error::body_limit) return 413;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  return ec.category() == http::make_error_code(http::error::bad_method).category() ? 400 : 0;
}

}  // namespace

LiveConnection::LiveConnection(tcp::socket socket, LiveHost& host)
    : socket_(std::move(socket)), deadline_(socket_.get_executor()), host_(host), inbox_(kInboxBytes) {
  parser_.header_limit(kHeadBytes);
  parser_.body_limit(kBodyBytes);
}

void LiveConnection::start() {
  error_code ignored;  // it works without
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
  give(kRequestTime);
  http::async_read(socket_, inbox_, parser_,
                   [self = shared_from_this()](const error_code& ec, std::size_t) { self->take(ec); });
}

void LiveConnection::enter(State state) {
  state_ = state;
  host_.watching_changed();
}

void LiveConnection::take(const error_code& ec) {
  if (state_ == State::over) return;
  if (!ec) return answer_request();
  const unsigned status = status_of(ec);
  if (status == 0) return drop();
  answer({.status = status, .body = "This is no request that this server reads.\n"}, false);
}

void LiveConnection::answer_request() {
  const LiveRequest request = request_of(parser_.get());
  const LiveJudgement judged = judge(request, host_.door());
  head_only_ = judged.head_only;
  switch (judged.action) {
    case LiveAction::refuse:
      return answer({.status = judged.status, .body = judged.words + "\n", .allow = judged.allow},
                    request.method == "HEAD");
    case LiveAction::page:
      if (host_.is_fresh()) return answer_page();
      give(kFreshTime);
      return enter(State::waiting);
    case LiveAction::events:
      return stream(judged.since);
    case LiveAction::stop:
    case LiveAction::extend:
      return answer(host_.by_hand(judged.action), false);
  }
}

void LiveConnection::answer_page() {
  answer({.type = "text/html; charset=utf-8", .body = host_.content().page()}, head_only_);
}

void LiveConnection::answer(const LiveAnswer& answer, bool head_only) {
  enter(State::answering);
  write(bytes_of(answer, head_only), true);
}

void LiveConnection::stream(std::string_view since) {
  if (!host_.may_stream())
    return answer({.status = 503, .body = "As many as may are watching already.\n"}, false);
  enter(State::streaming);
  const std::uint64_t has = host_.content().version_in(since);
  version_ = host_.content().version();
  write(head_of_events() + host_.content().event_since(has), false);
  // Nothing more is expected of it but its end.
  socket_.async_read_some(asio::buffer(ignored_),
                          [self = shared_from_this()](const error_code&, std::size_t) { self->drop(); });
}

void LiveConnection::content_changed() {
  if (state_ == State::waiting) return answer_page();
  if (state_ != State::streaming || writing_ || version_ == host_.content().version()) return;
  const std::uint64_t has = std::exchange(version_, host_.content().version());
  write(host_.content().event_since(has), false);
}

void LiveConnection::write(std::string bytes, bool last) {
  outgoing_ = std::move(bytes);
  writing_ = true;
  give(kWriteTime);
  asio::async_write(
      socket_, asio::buffer(outgoing_),
      [self = shared_from_this(), last](const error_code& ec, std::size_t) { self->written(ec, last); });
}

void LiveConnection::written(const error_code& ec, bool last) {
  writing_ = false;
  if (state_ == State::over) return;
  if (ec) return drop();
  if (last) return drain();
  deadline_.cancel();
  content_changed();
  if (!writing_ && !last_event_.empty()) write(std::exchange(last_event_, {}), true);
}

// Closing over unread bytes would turn the orderly end into a reset that can overtake the answer.
void LiveConnection::drain() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  give(kDrainTime);
  read_on();
}

void LiveConnection::read_on() {
  if (state_ == State::streaming) return;  // its end is waited for already
  socket_.async_read_some(asio::buffer(ignored_),
                          [self = shared_from_this()](const error_code& ec, std::size_t) {
                            ec ? self->close() : self->read_on();
                          });
}

void LiveConnection::finish(const std::string& last_event) {
  if (state_ == State::reading) return drop();
  if (state_ == State::waiting) return answer_page();
  if (state_ != State::streaming) return;
  if (writing_) {
    last_event_ = last_event;
  } else {
    write(last_event, true);
  }
}

void LiveConnection::drop() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void LiveConnection::close() {
  if (state_ == State::over) return;
  const auto self = shared_from_this();
  error_code ignored;
  socket_.close(ignored);
  deadline_.cancel();
  enter(State::over);
  host_.ended(*this);
}

void LiveConnection::give(Nanos time) {
  deadline_.expires_after(time);
  deadline_.async_wait([self = shared_from_this()](const error_code& ec) {
    if (!ec && self->deadline_.expiry() <= Clock::now()) self->out_of_time();
  });
}

// A page that waited for something newer is shown as it is.
void LiveConnection::out_of_time() { state_ == State::waiting ? answer_page() : drop(); }

}  // namespace assay::ui
