#include "reports/progress_line.h"

#include <fmt/format.h>

#include <ostream>

#include "reports/number_text.h"

namespace assay::reports {
namespace {

constexpr Nanos kPlainLineEvery = std::chrono::seconds(5);
constexpr std::string_view kClearLine = "\r\x1b[K";

std::string arm_text(Arm arm, const LiveArm& numbers) {
  const auto errors = numbers.requests == 0
                          ? 0.0
                          : static_cast<double>(numbers.errors) / static_cast<double>(numbers.requests);
  return fmt::format("{} p50 {} p95 {} p99 {} errors {}", name(arm), format_duration(numbers.p50),
                     format_duration(numbers.p95), format_duration(numbers.p99), format_ratio(errors));
}

std::string time_text(const LiveSnapshot& snapshot) {
  std::string elapsed = fmt::format("{:.0f} s", seconds(snapshot.elapsed));
  if (snapshot.planned == Nanos{0}) return elapsed;
  return fmt::format("{} of {:.0f} s", elapsed, seconds(snapshot.planned));
}

}  // namespace

std::string progress_text(const LiveSnapshot& snapshot) {
  std::string text = time_text(snapshot);
  if (snapshot.warming_up) text += " (warm-up)";
  text += fmt::format(" | {}/s, {} in flight", snapshot.completed_last_second, snapshot.in_flight);
  if (snapshot.waiting > 0) text += fmt::format(", {} waiting", snapshot.waiting);
  if (snapshot.shed > 0) text += fmt::format(", {} shed", snapshot.shed);
  text += " | " + arm_text(Arm::candidate, snapshot.arms[static_cast<std::size_t>(Arm::candidate)]);
  if (snapshot.has_baseline) {
    text += " | " + arm_text(Arm::baseline, snapshot.arms[static_cast<std::size_t>(Arm::baseline)]);
  }
  return text;
}

void ProgressLine::show(const LiveSnapshot& snapshot) {
  if (live_) {
    out_ << kClearLine << progress_text(snapshot) << std::flush;
    drawn_ = true;
    return;
  }
  if (snapshot.elapsed < next_plain_line_) return;
  next_plain_line_ = snapshot.elapsed + kPlainLineEvery;
  out_ << progress_text(snapshot) << '\n' << std::flush;
}

void ProgressLine::say(std::string_view news) {
  finish();
  out_ << news << '\n' << std::flush;
}

void ProgressLine::finish() {
  if (drawn_) out_ << kClearLine << std::flush;
  drawn_ = false;
}

}  // namespace assay::reports
