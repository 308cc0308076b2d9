// A blocking HTTP client for tests: one TCP connection to 127.0.0.1, bytes out, bytes in. Closed by its
// destructor.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "demo/target_options.h"
#include "demo/target_server.h"

namespace assay::demo {

std::unique_ptr<TargetServer> started(TargetOptions options);

// Options with one path: spec as after --path.
TargetOptions with_path(const std::string& spec);

class LoopbackClient {
 public:
  explicit LoopbackClient(std::uint16_t port);
  ~LoopbackClient();
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;

  void send(std::string_view bytes) const;
  std::string receive_until(std::string_view end);  // everything up to and with `end`, or all there was
  std::string receive_bytes(std::size_t count);
  std::string receive_all();                      // until the server closes
  int last_error() const { return last_error_; }  // errno of the read that ended; 0 after an orderly end

 private:
  bool receive_more();
  std::string taken(std::size_t count);

  int socket_ = -1;
  int last_error_ = 0;
  std::string received_;
};

// One request on a connection of its own, "Connection: close"; the whole answer.
std::string exchange(std::uint16_t port, std::string_view method_and_target, std::string_view fields = {},
                     std::string_view body = {});
std::string body_of(std::string_view answer);

}  // namespace assay::demo
