// One cell of a table: many runs of one kind, judged by assay and by its rivals.
#pragma once
#include <cstdint>

#include "bench/gate_rule.h"
#include "bench/tally.h"
#include "generators/error_run.h"
#include "generators/two_arm_run.h"

namespace assay::statistics {

struct CellSize {
  std::uint64_t runs = 100;
  std::uint64_t seed = 1;           // of the first run; the others follow
  std::uint64_t cross_checked = 1;  // of the runs are also judged by verdict::compare_arms
  bool rivals = true;
};

// Names in the tally: METRIC:pass, METRIC:fail and METRIC:insufficient at the margins of kMetrics;
// METRIC:false-pass, :false-fail and :tested at the truth, where it is known; GATE:pass and GATE:fail for
// kGates and for every rival; "veto" for stalls of the candidate alone; "cross-check:differs".
Tally latency_cell(const TwoArmRun& run, const NoiseRule& noise, const CellSize& size);

// Names: "assay" and the rivals, :pass and :fail; "assay:insufficient".
Tally error_cell(const ErrorRun& run, double margin, const NoiseRule& noise, const CellSize& size);

}  // namespace assay::statistics
