// What the target says of itself during one run, asked for whenever somebody wants to know. The main thread
// only; asking blocks it until Prometheus has answered.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/interrupts.h"
#include "config/gate_spec.h"
#include "model/run_result.h"

namespace assay::cli {

class GateMetrics {
 public:
  // Of a gate without server metrics, nothing is ever asked. All outlive this.
  GateMetrics(const config::GateSpec& gate, const Interrupts& interrupts);

  void began(std::chrono::system_clock::time_point start) { start_ = start; }
  // Of the judged time that the result's load has seen so far.
  void put_into(RunResult& result) const;

 private:
  const config::GateSpec& gate_;
  const Interrupts& interrupts_;
  std::vector<std::string> secrets_;
  std::optional<std::chrono::system_clock::time_point> start_;
};

}  // namespace assay::cli
