// Looks at the comparisons while a run goes on: when they are due, what they say, and which levels they leave
// for those after them. The plan of looks and how the chance of error is spent: stats/spending.h. Pure
// functions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/gate_spec.h"
#include "model/run_result.h"
#include "model/verdict.h"
#include "verdict/decision_levels.h"
#include "verdict/known_noise.h"

namespace assay::verdict {

struct PlannedLook {
  Nanos at{0};          // of the run; what was intended before is looked at
  double fraction = 1;  // of the longest judged time
};

// In order; the last one is the end of the longest run. One where the gate is judged only then.
std::vector<PlannedLook> planned_looks(const config::GateSpec& gate);

// How long the load may last: extended where the gate says so.
Nanos longest_length(const config::GateSpec& gate);

enum class Advice : std::uint8_t { go_on, stop_passed, stop_failed, stop_futile };

// Whether a look ended the run: then its bounds and what it saw decide. Whether somebody did.
bool ended_by_look(const RunResult& result);
bool ended_by_hand(const RunResult& result);

struct Interim {
  LookFacts facts;
  LookRow row;
  Advice advice = Advice::go_on;
};

// The look `index` of planned_looks(), not the last. `so_far` ends at its time. PASS also needs every
// blocking threshold to hold so far.
Interim look_at(const RunResult& so_far, const config::GateSpec& gate, std::size_t index,
                const KnownNoises& known = {});

// What the looks of a run leave for its end, or, where a look ended it, what that look could use. A run that
// was ended by hand leaves nothing, but where looks are continuous: their p-values hold at every moment.
struct LastLook {
  DecisionLevels levels;
  // Of all looks; of one at the end the p-values are still missing. Empty where there was no other.
  std::vector<LookRow> rows;
};
LastLook last_look(const RunResult& result, const config::GateSpec& gate);

// Of all comparisons, in the form of a look: the largest p_pass, the smallest p_fail.
void note_p_values(LookRow& row, std::span<const Finding> comparisons);

// Why a run ends at this look: "look 2 of 4 proved that all comparisons pass".
std::string stop_reason(const LookRow& row, Advice advice);
// "look 2 of 4: undecided; all pass with p <= 0.0056 (largest 0.02), one fails with p <= 0.019 (smallest
// 0.4)"
std::string look_text(const LookRow& row, Advice advice);

}  // namespace assay::verdict
