#include "demo/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "demo/behaviour.h"
#include "demo/request_reader.h"

namespace assay::demo {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Grows while a header does not fit; the reader's header limit is what ends that.
constexpr std::size_t kInboxBytes = 16 << 10;

using PlainStream = tcp::socket;
using TlsStream = asio::ssl::stream<tcp::socket>;

template <class Stream>
class StreamConnection final : public Connection {
 public:
  StreamConnection(Stream stream, std::uint64_t number, const ConnectionContext& context)
      : context_(context),
        number_(number),
        stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        inbox_(kInboxBytes) {}

  ~StreamConnection() override {
    if (answering_) log(std::nullopt);
  }
  StreamConnection(const StreamConnection&) = delete;
  StreamConnection& operator=(const StreamConnection&) = delete;

  void start() override {
    error_code
        ignored;  // without it small answers wait for acknowledgements; the connection works all the same
    stream_.lowest_layer().set_option(tcp::no_delay(true), ignored);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [this](error_code ec) { ec ? context_.ended(this) : receive(); });
    } else {
      receive();
    }
  }

 private:
  void receive() {
    if (filled_ == inbox_.size()) inbox_.resize(2 * inbox_.size());
    stream_.async_read_some(asio::buffer(inbox_.data() + filled_, inbox_.size() - filled_),
                            [this](error_code ec, std::size_t length) {
                              if (ec) return context_.ended(this);
                              filled_ += length;
                              parse();
                            });
  }

  void parse() {
    const auto [state, consumed] = reader_.read({inbox_.data(), filled_});
    // What is left is the beginning of the next pipelined request, rarely more than a few bytes.
    std::copy(inbox_.begin() + static_cast<std::ptrdiff_t>(consumed),
              inbox_.begin() + static_cast<std::ptrdiff_t>(filled_), inbox_.begin());
    filled_ -= consumed;
    if (state == RequestReader::State::need_more) return receive();
    arrived_ = Clock::now();
    answering_ = true;
    head_only_ = false;
    if (state == RequestReader::State::malformed) {
      context_.site.answer_malformed(answer_);
    } else {
      head_only_ = reader_.request().method == "HEAD";
      context_.site.answer(reader_.request(), answer_);
    }
    reader_.reset();
    wait_until(release_time(context_.stall, arrived_ - context_.server_start, answer_.latency));
  }

  void wait_until(Nanos since_start) {
    const TimePoint due = context_.server_start + since_start;
    if (due <= arrived_) return answer();
    timer_.expires_at(due);
    timer_.async_wait([this](error_code) { answer(); });
  }

  void answer() {
    if (answer_.reset) return reset();
    outgoing_.begin(answer_, head_only_);
    send();
  }

  void send() {
    if (!outgoing_.next(piece_)) return finish();
    asio::async_write(stream_, asio::buffer(piece_), [this](error_code ec, std::size_t) {
      if (ec) return context_.ended(this);
      if (outgoing_.pause() <= Nanos{0} || outgoing_.ended()) return send();
      timer_.expires_after(outgoing_.pause());
      timer_.async_wait([this](error_code) { send(); });
    });
  }

  void finish() {
    completed();
    if (answer_.close) return close();
    filled_ > 0 ? parse() : receive();
  }

  void completed() {
    const TimePoint now = Clock::now();
    context_.site.completed(answer_, now - arrived_);
    log(now - context_.server_start);
  }

  // Once for each request, whatever becomes of it: an answer that is still due when the connection ends is
  // logged by the destructor.
  void log(std::optional<Nanos> left) {
    answering_ = false;
    if (context_.log == nullptr) return;
    context_.log->record({number_, arrived_ - context_.server_start, left, answer_.reset ? 0 : answer_.status,
                          answer_.route, answer_.latency});
  }

  // Closing with linger 0 is what sends RST instead of FIN; the socket's destructor would undo the option.
  void reset() {
    completed();
    error_code ignored;
    stream_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    stream_.lowest_layer().close(ignored);
    context_.ended(this);
  }

  void close() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_shutdown([this](error_code) { context_.ended(this); });
    } else {
      error_code ignored;  // the peer may have closed first
      stream_.shutdown(tcp::socket::shutdown_send, ignored);
      drain();
    }
  }

  // Closing over unread bytes would turn the orderly end into a reset that can overtake the answer.
  void drain() {
    stream_.async_read_some(asio::buffer(inbox_),
                            [this](error_code ec, std::size_t) { ec ? context_.ended(this) : drain(); });
  }

  const ConnectionContext& context_;
  std::uint64_t number_;
  Stream stream_;
  asio::steady_timer timer_;
  std::vector<char> inbox_;
  std::size_t filled_ = 0;
  RequestReader reader_;
  Answer answer_;
  AnswerStream outgoing_;
  std::string piece_;
  TimePoint arrived_{};
  bool head_only_ = false;
  bool answering_ = false;  // a request has arrived whose answer has not left
};

}  // namespace

std::unique_ptr<Connection> plain_connection(tcp::socket socket, std::uint64_t number,
                                             const ConnectionContext& context) {
  return std::make_unique<StreamConnection<PlainStream>>(std::move(socket), number, context);
}

std::unique_ptr<Connection> tls_connection(tcp::socket socket, asio::ssl::context& tls, std::uint64_t number,
                                           const ConnectionContext& context) {
  return std::make_unique<StreamConnection<TlsStream>>(TlsStream(std::move(socket), tls), number, context);
}

}  // namespace assay::demo
