#include "reports/progress_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "reports/cells.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

std::string arm_text(Arm arm, const LiveArm& numbers) {
  const auto errors = numbers.requests == 0
                          ? 0.0
                          : static_cast<double>(numbers.errors) / static_cast<double>(numbers.requests);
  return fmt::format(" | {} p50 {} p95 {} p99 {} errors {}", name(arm), format_duration(numbers.p50),
                     format_duration(numbers.p95), format_duration(numbers.p99), format_ratio(errors));
}

std::string time_text(const LiveSnapshot& snapshot) {
  std::string elapsed = fmt::format("{:.0f} s", seconds(snapshot.elapsed));
  if (snapshot.planned == Nanos{0}) return elapsed;
  return fmt::format("{} of {:.0f} s", elapsed, seconds(snapshot.planned));
}

std::string rate_text(const LiveSnapshot& snapshot) {
  std::string text = " | ";
  if (snapshot.intended_last_second > 0)
    text +=
        fmt::format("{}/s of {}/s started, ", snapshot.started_last_second, snapshot.intended_last_second);
  text += fmt::format("{} requests/s, {} in flight", snapshot.completed_last_second, snapshot.in_flight);
  if (snapshot.waiting > 0) text += fmt::format(", {} waiting", snapshot.waiting);
  if (snapshot.shed > 0) text += fmt::format(", {} shed", snapshot.shed);
  return text;
}

}  // namespace

bool offers_load(const LiveSnapshot& snapshot) {
  const auto has_served = [](const LiveArm& arm) { return arm.requests > 0; };
  return snapshot.intended_last_second > 0 || snapshot.started_last_second > 0 || snapshot.in_flight > 0 ||
         snapshot.waiting > 0 || std::any_of(snapshot.arms.begin(), snapshot.arms.end(), has_served);
}

std::string progress_text(const LiveSnapshot& snapshot) {
  std::string text = time_text(snapshot);
  if (snapshot.warming_up) text += " (warm-up)";
  if (!offers_load(snapshot)) return text;
  text += rate_text(snapshot);
  text += arm_text(Arm::candidate, snapshot.arms[static_cast<std::size_t>(Arm::candidate)]);
  if (snapshot.has_baseline)
    text += arm_text(Arm::baseline, snapshot.arms[static_cast<std::size_t>(Arm::baseline)]);
  return text;
}

void ProgressLine::show(const LiveSnapshot& snapshot) {
  if (snapshot.elapsed < next_line_) return;
  next_line_ = snapshot.elapsed + every_;
  out_ << progress_text(snapshot) << '\n' << std::flush;
}

void ProgressLine::say(std::string_view news) { out_ << printable(news) << '\n' << std::flush; }

}  // namespace assay::reports
