// One connection to the live page: reads one request, answers it, and is over; or goes on as a stream of
// events. Everything is bounded: the request in size and time, each write in time, and what waits to be
// written to one event at most, because a client that is behind is brought up to date in one piece. Whoever
// does not read is dropped. Runs on the server's one thread; its pending operations own it together with the
// server.
#pragma once
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "ui/live_answer.h"
#include "ui/live_content.h"
#include "ui/live_request.h"

namespace assay::ui {

class LiveConnection;

// What a connection needs of its server, which outlives it.
class LiveHost {
 public:
  LiveHost() = default;
  LiveHost(const LiveHost&) = delete;
  LiveHost& operator=(const LiveHost&) = delete;
  virtual ~LiveHost() = default;

  virtual const LiveDoor& door() const = 0;
  virtual const LiveContent& content() const = 0;
  virtual bool is_fresh() const = 0;                         // no newer content is to be expected now
  virtual bool may_stream() const = 0;                       // one more
  virtual LiveAnswer by_hand(LiveAction action) = 0;         // stop, extend
  virtual void watching_changed() = 0;                       // of some connection
  virtual void ended(const LiveConnection& connection) = 0;  // forgets it
};

class LiveConnection : public std::enable_shared_from_this<LiveConnection> {
 public:
  LiveConnection(boost::asio::ip::tcp::socket socket, LiveHost& host);

  void start();
  bool is_streaming() const { return state_ == State::streaming; }
  // Wants to see what is newer.
  bool is_watching() const { return state_ == State::streaming || state_ == State::waiting; }
  void content_changed();
  // At once, and without waiting for what the client has not read.
  void drop();
  // The server ends: a last event, if the client reads it soon.
  void finish(const std::string& last_event);

 private:
  enum class State : std::uint8_t { reading, waiting, answering, streaming, over };

  void enter(State state);
  void take(const boost::system::error_code& ec);
  void answer_request();
  void answer_page();
  void answer(const LiveAnswer& answer, bool head_only);
  void stream(std::string_view since);
  void write(std::string bytes, bool last);
  void written(const boost::system::error_code& ec, bool last);
  void drain();
  void read_on();
  void close();
  void give(Nanos time);  // until then the next thing has happened
  void out_of_time();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  LiveHost& host_;
  State state_ = State::reading;
  boost::beast::flat_buffer inbox_;
  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  std::array<char, 512> ignored_{};
  std::string outgoing_;
  std::string last_event_;     // to be sent once what is being written has been
  std::uint64_t version_ = 0;  // that the client has, or is being sent
  bool writing_ = false;
  bool head_only_ = false;
};

}  // namespace assay::ui
