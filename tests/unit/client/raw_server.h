// A server that says whatever a test wants, one connection after the other, on a free port of 127.0.0.1.
#pragma once
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace assay::client {

class RawServer {
 public:
  // Called with each connection and the head of its first request ("" where the peer said nothing).
  using Script = std::function<void(int fd, const std::string& head)>;

  explicit RawServer(Script script);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string url(std::string_view path = "/") const;
  int connections() const { return connections_; }

 private:
  void serve();

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> over_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

// All of it, or nothing where the peer has gone; false then.
bool say(int fd, std::string_view bytes);
std::string hear_head(int fd);  // up to the first empty line; "" at the end

}  // namespace assay::client
