// An HTTP endpoint from which a Prometheus scrapes, served by prometheus-cpp on threads of its own. It
// belongs to whoever opens it, after signals are blocked (cli/interrupts).
//
// Whoever connects must not disturb the load: at most kThreads connections are served at a time, the others
// wait; one that does not go on is dropped after kPatience; and the threads run at the lowest priority.
#pragma once
#include <prometheus/collectable.h>

#include <chrono>
#include <memory>
#include <string>

#include "cli/context.h"

namespace prometheus {
class Exposer;
}

namespace assay::cli {

class MetricsEndpoint {
 public:
  static constexpr int kThreads = 4;
  static constexpr std::chrono::milliseconds kPatience{2000};

  // `what` is asked at each scrape, on any of those threads, as long as it exists. Null after an error, which
  // is said.
  static std::unique_ptr<MetricsEndpoint> open(const Context& context, const std::string& address,
                                               const std::weak_ptr<prometheus::Collectable>& what);
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

 private:
  explicit MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer);
  std::unique_ptr<prometheus::Exposer> exposer_;
};

// For options: why `text` is no address to listen on; empty: it is one.
std::string is_place_to_listen(const std::string& text);

}  // namespace assay::cli
