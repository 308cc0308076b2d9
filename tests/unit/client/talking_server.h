// A server on a thread of its own that treats one connection after the other as a test says, in blocking
// calls.
#pragma once
#include <openssl/ssl.h>

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace assay::client {

// One accepted connection; closed when the test's function returns.
class Guest {
 public:
  explicit Guest(int fd) : fd_(fd) {}
  ~Guest();
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  void say(std::string_view bytes);
  std::string hear_line();  // with its line feed; shorter at the end of the connection
  void hear_end();          // until the peer closes
  bool secure(SSL_CTX* context);
  void reset();  // closes with RST

 private:
  int fd_;
  SSL* ssl_ = nullptr;
};

class TalkingServer {
 public:
  using Treat = std::function<void(Guest&)>;
  // `path`: of a unix socket; empty: TCP on 127.0.0.1.
  explicit TalkingServer(Treat treat, const std::string& path = {});
  ~TalkingServer();
  TalkingServer(const TalkingServer&) = delete;
  TalkingServer& operator=(const TalkingServer&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void serve();

  Treat treat_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

std::uint16_t closed_port();  // of 127.0.0.1

}  // namespace assay::client
