// What a finding is held against, on one axis for all kinds of findings: 0 is no change (of a threshold:
// nothing used of the limit), 1 is the limit or the margin, and beyond it is worse. Arithmetic only. Pure.
#pragma once
#include <optional>
#include <vector>

#include "model/verdict.h"

namespace assay::reports {

struct BarRow {
  const Finding* finding = nullptr;
  // Absent: the finding has no number, or nothing to hold it against.
  std::optional<double> value, low, high;
};

// Findings about the target that decide or warn; without a number only those that did not pass. The worst
// states first. What is said about the run itself is no row. The findings must outlive the rows.
std::vector<BarRow> bar_rows(const Verdict& verdict);

// How bad a state is for the order of a list: failed first, passed and remarks last.
int urgency(FindingState state);

// The axis of the picture reaches from -1 to 3; 0 (left) to 1 (right).
double bar_position(double share);
inline constexpr double kBarLow = -1, kBarHigh = 3;

}  // namespace assay::reports
