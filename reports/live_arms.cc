#include "reports/live_arms.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/cells.h"
#include "reports/number_text.h"
#include "reports/sparkline.h"
#include "reports/table.h"

namespace assay::reports {
namespace {

const LiveArm& arm_of(const LiveSnapshot& snapshot, Arm arm) {
  return snapshot.arms[static_cast<std::size_t>(arm)];
}

std::string time_cell(Nanos time) { return time > Nanos{0} ? format_duration(time) : "-"; }

std::string error_cell(const LiveArm& arm) {
  if (arm.requests == 0) return "-";
  const double share = static_cast<double>(arm.errors) / static_cast<double>(arm.requests);
  return arm.errors == 0 ? "0" : fmt::format("{} ({})", format_count(arm.errors), format_ratio(share));
}

std::vector<Arm> arms_of(const LiveSnapshot& now) {
  std::vector<Arm> arms = {Arm::candidate};
  if (now.has_baseline) arms.insert(arms.begin(), Arm::baseline);
  return arms;
}

// The last p95 of an arm, in nanoseconds; at most so many.
std::vector<double> tails_of(const LiveRun& run, Arm arm, std::size_t most) {
  std::vector<double> tails;
  const std::size_t first = run.past.size() > most ? run.past.size() - most : 0;
  for (std::size_t i = first; i < run.past.size(); ++i)
    tails.push_back(static_cast<double>(arm_of(run.past[i], arm).p95.count()));
  return tails;
}

struct Tails {
  std::vector<std::vector<double>> of_arms;
  double top = 0;
};

// Both arms on one scale, so that they can be compared.
Tails tails_of(const LiveRun& run, const std::vector<Arm>& arms, std::size_t most) {
  Tails tails;
  for (const Arm arm : arms) {
    tails.of_arms.push_back(tails_of(run, arm, most));
    for (const double value : tails.of_arms.back()) tails.top = std::max(tails.top, value);
  }
  return tails;
}

void add_history(std::vector<std::string>& lines, const LiveRun& run, const std::vector<Arm>& arms,
                 std::size_t columns) {
  constexpr std::size_t kGap = 3, kLeast = 12;
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, display_width(line));
  if (columns < width + kGap + kLeast) return;
  const Tails tails = tails_of(run, arms, columns - width - kGap);
  if (!(tails.top > 0)) return;
  const auto put = [&](std::string& line, const std::string& more) {
    line += std::string(width - display_width(line) + kGap, ' ') + more;
  };
  put(lines[0], fmt::format("p95 of {} s, up to {}", tails.of_arms[0].size(), duration_text(tails.top)));
  for (std::size_t i = 0; i < arms.size(); ++i) put(lines[i + 1], sparkline(tails.of_arms[i], tails.top));
}

}  // namespace

std::vector<std::string> live_arms(const LiveRun& run, std::size_t columns, const Palette& palette) {
  const std::vector<Arm> arms = arms_of(run.now);
  const bool answered =
      std::any_of(arms.begin(), arms.end(), [&](Arm arm) { return arm_of(run.now, arm).requests > 0; });
  if (!answered) return {};
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right});
  table.add({"", "p50", "p95", "p99", "errors"});
  for (const Arm arm : arms) {
    const LiveArm& numbers = arm_of(run.now, arm);
    table.add({std::string(name(arm)), time_cell(numbers.p50), time_cell(numbers.p95), time_cell(numbers.p99),
               error_cell(numbers)});
  }
  std::vector<std::string> lines = table.lines();
  for (std::string& line : lines) line.erase(0, 2);  // of a table's indent
  add_history(lines, run, arms, columns);
  lines[0] = painted(lines[0], palette.faint);
  for (std::size_t i = 0; i < arms.size(); ++i)
    if (arm_of(run.now, arms[i]).errors > 0) lines[i + 1] = painted(lines[i + 1], palette.bad);
  return lines;
}

}  // namespace assay::reports
