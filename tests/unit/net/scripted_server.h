// A server on loopback that does exactly what the test says, one thread for each connection. Tests only.
#pragma once
#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/address.h"

namespace assay::net {

// The server's end of one connection, blocking. Gives up after ten seconds, so that a broken test ends.
class Peer {
 public:
  Peer(int fd, SSL_CTX* tls);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // One request with its body (Content-Length); empty when the client has closed.
  std::string read_request();
  void send(std::string_view bytes);
  void wait_for_close();
  void reset();  // ends the connection with RST instead of FIN
  void close();
  bool handshake_done() const { return handshake_done_; }

 private:
  long receive(char* into, std::size_t space);

  int fd_;
  SSL* ssl_ = nullptr;
  bool handshake_done_ = true;
  std::string unread_;
};

class ScriptedServer {
 public:
  // `index` counts the accepted connections from 0.
  using Script = std::function<void(Peer& peer, int index)>;

  explicit ScriptedServer(Script script, const Address& at = loopback(), SSL_CTX* tls = nullptr);
  ~ScriptedServer();

  static Address loopback();  // 127.0.0.1, any free port
  const Address& address() const { return address_; }
  int accepted() const { return accepted_; }

 private:
  void accept_all();

  Script script_;
  SSL_CTX* tls_;
  int fd_;
  Address address_;
  std::atomic<int> accepted_ = 0;
  std::vector<std::thread> sessions_;
  std::thread acceptor_;
};

// A socket that is bound and listening, or -1.
int listen_at(const Address& at, int backlog);
Address local_address(int fd, const Address& asked);

inline std::string ok_answer(std::string_view body = "hello") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// Answers every request of a connection until the client closes it.
inline void answer_all(Peer& peer, std::string_view answer) {
  while (!peer.read_request().empty()) peer.send(answer);
}

}  // namespace assay::net
