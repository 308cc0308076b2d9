// The latest results of probes as Prometheus metrics, under the names of blackbox_exporter where they mean
// the same. update() and the reading of the registry may happen on different threads: prometheus-cpp locks.
#pragma once
#include <memory>

#include "model/probe_result.h"

namespace prometheus {
class Registry;
}

namespace assay::reports {

class ProbeMetrics {
 public:
  ProbeMetrics();
  ~ProbeMetrics();
  ProbeMetrics(const ProbeMetrics&) = delete;
  ProbeMetrics& operator=(const ProbeMetrics&) = delete;

  void update(const ProbeResult& result);
  // What an exposer serves. Shared, because prometheus-cpp wants to share it.
  const std::shared_ptr<prometheus::Registry>& registry() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay::reports
