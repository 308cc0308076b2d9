// The probes of a gate around its load: before it, while it runs, after it. The main thread only; the probes
// that are repeated have a thread of their own (probes/runner).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "cli/interrupts.h"
#include "client/guardian.h"
#include "model/run_result.h"
#include "probes/evidence.h"
#include "probes/probe.h"
#include "probes/probe_board.h"
#include "probes/runner.h"

namespace assay::cli {

class GateProbes {
 public:
  // `guardian` may be null; it outlives this.
  GateProbes(std::vector<probes::Probe> probes, client::Guardian* guardian, const Interrupts& interrupts);

  // What is due before the load. Returns why no load should be offered: a blocking probe failed.
  std::optional<std::string> before_load();
  void without_load();               // instead of the next three: what would look at it looks once
  void load_begins();                // shortly before
  void load_began(TimePoint start);  // the moment from which the result's times count
  void load_ended(const RunResult& result);
  // What is due after it. Nothing further is asked once the user has interrupted.
  void after_load();
  std::vector<ProbeResult> take();  // in the order of the gate file
  const probes::ProbeBoard& board() const { return board_; }
  Nanos lead() const;  // from when the probes began to when the load did; 0: it never did

 private:
  using Selection = std::vector<std::size_t>;  // indices into probes_

  Selection in_phase(ProbePhase phase) const;
  std::vector<const probes::Probe*> pointers(const Selection& selection) const;
  void carry_out(ProbePhase phase);
  Selection once_beside_load() const;
  Selection repeated_in(ProbePhase phase) const;
  void start(ProbePhase phase, std::unique_ptr<probes::Runner>& runner);
  void finish(const Selection& selection, const std::unique_ptr<probes::Runner>& runner,
              bool at_once = false);
  void could_not(const Selection& selection, const SystemError& error);
  void mark(TimePoint when, std::string name);

  std::vector<probes::Probe> probes_;
  probes::ProbeBoard board_;
  std::vector<std::optional<ProbeResult>> results_;
  probes::Epoch epoch_;
  client::Guardian* guardian_;
  const Interrupts& interrupts_;
  std::unique_ptr<probes::Runner> continuous_, during_, beside_;
  probes::Surroundings surroundings_;
  std::optional<TimePoint> load_start_;
};

}  // namespace assay::cli
