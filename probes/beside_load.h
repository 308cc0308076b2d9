// Probes that run once while load runs, one after the other, because each brings a fault about. The thread of
// its client only.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "client/client.h"
#include "model/probe_result.h"
#include "probes/attempts.h"
#include "probes/evidence.h"
#include "probes/probe.h"

namespace assay::probes {

class BesideLoad {
 public:
  // What is handed over by reference outlives it.
  BesideLoad(std::span<const Probe* const> probes, client::Client& client, const Epoch& epoch,
             ProbeBoard* board = nullptr);

  void begin();  // the load begins now
  // The one under way may go on to its end; the next ones come too late.
  void load_ended();
  void give_up();  // what is under way takes back what it did, and ends
  bool idle() const { return !under_way_; }
  std::vector<ProbeResult> results() const;  // once idle, in the order of the probes

 private:
  void next();

  std::span<const Probe* const> probes_;
  client::Client& client_;
  const Epoch& epoch_;
  ProbeBoard* board_;
  std::vector<std::optional<ProbeResult>> results_;
  std::size_t next_ = 0;
  bool closed_ = false;  // no further one
  std::unique_ptr<Attempts> under_way_;
};

}  // namespace assay::probes
