// The embedded target: an HTTP/1.1 server of known behaviour on one thread of its own. Start several in one
// process to have two arms. start(), stop(), counters() and the destructor belong to one owner thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/expected.h"
#include "base/system_error.h"
#include "demo/target_counters.h"
#include "demo/target_options.h"

namespace assay::demo {

class TargetServer {
 public:
  // Listens when it returns. Refuses addresses that are not loopback unless options.allow_remote.
  static Expected<std::unique_ptr<TargetServer>, SystemError> start(TargetOptions options);
  ~TargetServer();
  TargetServer(const TargetServer&) = delete;
  TargetServer& operator=(const TargetServer&) = delete;

  std::uint16_t port() const;
  std::string url() const;            // "https://127.0.0.1:8443"
  const std::string& ca_pem() const;  // of a made certificate; empty without one
  TargetCounters counters() const;

  // Closes the listener and every connection; waiting answers are never sent, and the log is written.
  // Idempotent.
  void stop();
  // What kept the log from being written whole, if anything did. Known after stop().
  const std::optional<SystemError>& log_error() const;

 private:
  struct Running;
  explicit TargetServer(std::unique_ptr<Running> running);

  std::unique_ptr<Running> running_;
};

}  // namespace assay::demo
