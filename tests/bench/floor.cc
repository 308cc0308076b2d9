// The least that a client can do for a request: prebuilt bytes out, bytes in, the end of the answer found.
// One epoll registration a connection, one receive buffer for all of them; no parser, no stamps, no
// histograms, no time limits. No use as a load generator: whatever is not the expected answer of the bench's
// own server ends it. What another client costs more than this is its own work; this is the kernel's (and
// with TLS OpenSSL's).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/client_arguments.h"

namespace assay::bench {
namespace {

constexpr std::size_t kInboxBytes = 64 * 1024;
constexpr int kBatch = 256;
constexpr int kSilenceMs = 30'000;  // a server that says nothing for so long has died

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

// What recv left and nobody has taken yet; empty between two connections.
struct Inbox {
  std::array<char, kInboxBytes> bytes;
  std::size_t begin = 0, end = 0;

  bool empty() const { return begin == end; }
};

struct Connection {
  int fd = -1;
  SSL* ssl = nullptr;  // null: plain
  Inbox* sealed = nullptr;
  bool shaken = false;   // the handshake stands
  bool drained = false;  // the last recv was short: nothing more is there
};

// OpenSSL's reads come out of the shared inbox, which one recv fills with several records.
int read_sealed(BIO* bio, char* out, int length) {
  auto& connection = *static_cast<Connection*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  Inbox& inbox = *connection.sealed;
  if (inbox.empty()) {
    const ssize_t got =
        connection.drained ? -1 : ::recv(connection.fd, inbox.bytes.data(), kInboxBytes, MSG_DONTWAIT);
    if (got <= 0) {
      if (!connection.drained && (got == 0 || errno != EAGAIN)) die("recv");
      connection.drained = true;
      BIO_set_retry_read(bio);
      return -1;
    }
    inbox.begin = 0;
    inbox.end = static_cast<std::size_t>(got);
    connection.drained = inbox.end < kInboxBytes;
  }
  const std::size_t count = std::min(static_cast<std::size_t>(length), inbox.end - inbox.begin);
  std::memcpy(out, inbox.bytes.data() + inbox.begin, count);
  inbox.begin += count;
  return static_cast<int>(count);
}

int write_sealed(BIO* bio, const char* bytes, int length) {
  const auto& connection = *static_cast<Connection*>(BIO_get_data(bio));
  if (::send(connection.fd, bytes, static_cast<std::size_t>(length), MSG_NOSIGNAL) != length) die("send");
  return length;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* inbox_method() {
  BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "floor inbox");
  BIO_meth_set_read(method, read_sealed);
  BIO_meth_set_write(method, write_sealed);
  BIO_meth_set_ctrl(method, control);
  return method;
}

int connected_socket(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) die("connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

class Floor {
 public:
  explicit Floor(const ClientArguments& arguments)
      : budget_(arguments.budget), request_(arguments.request()), connections_(arguments.connections) {
    epoll_fd_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (arguments.tls()) prepare_tls();
    for (Connection& connection : connections_) open(connection, arguments.port);
  }

  void run() {
    for (Connection& connection : connections_) {
      if (connection.ssl == nullptr) {
        send_request(connection);
      } else {
        shake_hands(connection);
      }
    }
    std::array<epoll_event, kBatch> events;
    while (ended_ < started_ || handshakes_ > 0) {
      const int count = ::epoll_wait(epoll_fd_, events.data(), kBatch, kSilenceMs);
      if (count < 0 && errno == EINTR) continue;  // a debugger has attached, or it was stopped for a while
      if (count <= 0) die("epoll_wait");
      if (std::chrono::steady_clock::now() >= budget_.until) budget_.requests = 0;
      for (int i = 0; i < count; ++i)
        on_readable(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
  }

  std::uint64_t requests() const { return ended_; }

 private:
  void prepare_tls() {
    context_ = SSL_CTX_new(TLS_client_method());  // verifies nothing, as wrk
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
    method_ = inbox_method();
    handshakes_ = connections_.size();
  }

  void open(Connection& connection, std::uint16_t port) {
    connection.fd = connected_socket(port);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = &connection;
    if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, connection.fd, &event) != 0) die("epoll_ctl");
    if (context_ == nullptr) return;
    connection.sealed = &inbox_;
    connection.ssl = SSL_new(context_);
    BIO* const bio = BIO_new(method_);
    BIO_set_data(bio, &connection);
    BIO_set_init(bio, 1);
    SSL_set_bio(connection.ssl, bio, bio);
    SSL_set_connect_state(connection.ssl);
  }

  void shake_hands(Connection& connection) {
    const int done = SSL_do_handshake(connection.ssl);
    if (done == 1) {
      connection.shaken = true;
      --handshakes_;
      send_request(connection);
    } else if (SSL_get_error(connection.ssl, done) != SSL_ERROR_WANT_READ) {
      die("SSL_do_handshake");
    }
  }

  void send_request(Connection& connection) {
    if (started_ >= budget_.requests) return;
    ++started_;
    const int length = static_cast<int>(request_.size());
    const bool sent = connection.ssl != nullptr
                          ? SSL_write(connection.ssl, request_.data(), length) == length
                          : ::send(connection.fd, request_.data(), request_.size(), MSG_NOSIGNAL) == length;
    if (!sent) die("send");
  }

  void on_readable(Connection& connection) {
    connection.drained = false;
    if (connection.ssl == nullptr) {
      const ssize_t got = ::recv(connection.fd, inbox_.bytes.data(), kInboxBytes, MSG_DONTWAIT);
      if (got <= 0) die("recv");
      answered(connection, {inbox_.bytes.data(), static_cast<std::size_t>(got)});
    } else {
      if (!connection.shaken) shake_hands(connection);
      if (connection.shaken) read_tls(connection);
    }
  }

  void read_tls(Connection& connection) {
    do {
      const int got = SSL_read(connection.ssl, opened_.data(), static_cast<int>(opened_.size()));
      if (got > 0) {
        answered(connection, {opened_.data(), static_cast<std::size_t>(got)});
      } else if (SSL_get_error(connection.ssl, got) != SSL_ERROR_WANT_READ) {
        die("SSL_read");
      }
    } while (!inbox_.empty() || !connection.drained);
  }

  // The bench's answers come in one piece, and their bodies are all as long as the first one's.
  void answered(Connection& connection, std::string_view bytes) {
    const std::size_t head = bytes.find("\r\n\r\n");
    if (body_bytes_ == 0) body_bytes_ = content_length(bytes);
    if (head == std::string_view::npos || head + 4 + body_bytes_ != bytes.size()) {
      std::fputs("floor: an answer is not the one of the bench's server\n", stderr);
      std::exit(1);
    }
    ++ended_;
    send_request(connection);
  }

  static std::size_t content_length(std::string_view bytes) {
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t at = bytes.find(kName);
    std::size_t length = 0;
    if (at != std::string_view::npos)
      std::from_chars(bytes.data() + at + kName.size(), bytes.data() + bytes.size(), length);
    return length;
  }

  Budget budget_;
  std::string request_;
  std::vector<Connection> connections_;
  Inbox inbox_;
  std::array<char, 16 * 1024> opened_;
  SSL_CTX* context_ = nullptr;
  BIO_METHOD* method_ = nullptr;
  int epoll_fd_ = -1;
  std::size_t handshakes_ = 0;  // still to come
  std::size_t body_bytes_ = 0;
  std::uint64_t started_ = 0, ended_ = 0;
};

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  const auto arguments = assay::bench::read_arguments(argc, argv);
  assay::bench::Floor floor(arguments);
  floor.run();
  assay::bench::print_counts(floor.requests(), 0);
}
