#include "reports/bar_row.h"

#include <algorithm>
#include <utility>

namespace assay::reports {
namespace {

// Where less is worse, the margin says how much less is allowed, so that all signs are turned.
void set_comparison(BarRow& row, const Finding& finding) {
  if (!finding.change || !finding.margin || !(*finding.margin > 0)) return;
  const double unit = finding.less_is_worse ? -*finding.margin : *finding.margin;
  row.value = *finding.change / unit;
  if (!finding.low || !finding.high) return;
  const std::pair<double, double> ends = std::minmax(*finding.low / unit, *finding.high / unit);
  row.low = ends.first;
  row.high = ends.second;
}

// A least that is met twice over stands at 0, half of it at 1.5.
void set_threshold(BarRow& row, const Finding& finding) {
  if (!finding.value || !finding.limit || !(*finding.limit > 0)) return;
  const double share = *finding.value / *finding.limit;
  row.value = finding.limit_is_least ? 2 - share : share;
}

bool belongs(const Finding& finding) {
  const bool decides = finding.kind == FindingKind::comparison || finding.kind == FindingKind::threshold ||
                       finding.kind == FindingKind::stalls;
  if (decides) return true;
  const bool quiet = finding.state == FindingState::pass || finding.state == FindingState::info;
  return !quiet && finding.kind != FindingKind::breakdown && finding.kind != FindingKind::validity;
}

BarRow row_of(const Finding& finding) {
  BarRow row{&finding, {}, {}, {}};
  if (finding.kind == FindingKind::comparison) set_comparison(row, finding);
  if (finding.kind == FindingKind::threshold) set_threshold(row, finding);
  return row;
}

}  // namespace

int urgency(FindingState state) {
  switch (state) {
    case FindingState::fail:
      return 0;
    case FindingState::invalid:
      return 1;
    case FindingState::insufficient:
      return 2;
    case FindingState::inconclusive:
      return 3;
    case FindingState::pass:
      return 4;
    case FindingState::info:
      break;
  }
  return 5;
}

std::vector<BarRow> bar_rows(const Verdict& verdict) {
  std::vector<BarRow> rows;
  for (const Finding& finding : verdict.findings)
    if (belongs(finding)) rows.push_back(row_of(finding));
  std::stable_sort(rows.begin(), rows.end(), [](const BarRow& a, const BarRow& b) {
    const auto key = [](const BarRow& row) {
      return std::pair(urgency(row.finding->state), static_cast<int>(row.finding->severity));
    };
    return key(a) < key(b);
  });
  return rows;
}

double bar_position(double share) { return std::clamp((share - kBarLow) / (kBarHigh - kBarLow), 0.0, 1.0); }

}  // namespace assay::reports
