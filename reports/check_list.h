// CheckList: everything that a run was held against - thresholds, comparisons, probes, what makes a run
// valid, the answers of each step - as one list that all formats for pipelines share. Whether a check blocks
// is decided here alone: what keeps the run from passing is red in every format, and nothing else is. A run
// that does not pass has at least one red check. Refers into the RunRecord, which must outlive it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/run_record.h"
#include "reports/gate_place.h"

namespace assay::reports {

enum class CheckState : std::uint8_t { pass, fail, error, inconclusive, warn, skip };
std::string_view name(CheckState state);

// How a pipeline shows a check. Each format has its own words for them: failure and error, skip or warning,
// pass, skip.
enum class CheckColour : std::uint8_t { red, yellow, green, grey };  // most important first

struct Check {
  std::string_view group;  // "thresholds", "comparisons", "probes", "validity", "abort", "checks", "verdict"
  std::string name;        // unique in its group, the same in every run of the gate
  CheckState state = CheckState::pass;  // `error`: it could not be measured, or not be trusted
  bool blocks = false;                  // keeps the run from passing
  GatePlace place;
  std::string brief;                   // in numbers: "measured 0.6%, limit 0.5%"
  std::string sentence;                // in words
  std::vector<std::string> evidence;   // lines
  const Finding* finding = nullptr;    // null: none of the verdict's
  const ProbeResult* probe = nullptr;  // null: no probe

  CheckColour colour() const;
};

struct CheckList {
  std::vector<Check> checks;  // red, yellow, green, grey; most important first
  std::size_t left_out = 0;   // of those that come last, beyond a bound

  std::size_t count(CheckColour colour) const;
};

CheckList check_list(const RunRecord& record);

}  // namespace assay::reports
