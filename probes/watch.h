// Probes repeated without load and without end: the latest result of each, again and again. The thread of its
// client only.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "client/client.h"
#include "model/probe_result.h"
#include "probes/attempts.h"
#include "probes/evidence.h"
#include "probes/probe.h"

namespace assay::probes {

class Watch {
 public:
  // A probe with an interval of its own keeps it. What is handed over by reference outlives it.
  Watch(std::span<const Probe* const> probes, client::Client& client, const Epoch& epoch, Nanos interval,
        std::function<void(const ProbeResult&)> on_result);
  void begin();

 private:
  void start(std::size_t index);

  std::vector<const Probe*> probes_;
  client::Client& client_;
  const Epoch& epoch_;
  Nanos interval_;
  std::function<void(const ProbeResult&)> on_result_;
  std::vector<std::unique_ptr<Attempts>> under_way_;  // by index of the probe
};

}  // namespace assay::probes
