#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.h"
#include "verdict/metric_judgement.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

constexpr double kPower = 0.8;
constexpr double kMostlySlow = 0.5, kMostlyWhite = 0.3;
constexpr double kHopeless = 50;  // run lengths

// From the margin to the truth at which a run decides with the wanted power, in standard errors.
double planning_distance(double alpha) {
  return stats::normal_quantile(1 - alpha) + stats::normal_quantile(kPower);
}

std::string outlook(const Evidence& evidence) {
  const double runs = std::max(1.1, evidence.seconds_needed() / evidence.seconds);
  if (runs > kHopeless) return "; the difference lies at the margin: more time would hardly decide";
  const auto more = rough_duration((runs - 1) * evidence.seconds);
  if (evidence.slow_share < kMostlyWhite)
    return fmt::format("; about {} more, or {:.1f} times the rate, would decide", more, runs);
  const auto* const hint =
      evidence.slow_share > kMostlySlow ? " (more rate would not: the noise is slow)" : "";
  return fmt::format("; about {} more would decide{}", more, hint);
}

}  // namespace

double Evidence::standard_error() const { return (high - low) / (2 * stats::normal_quantile(1 - alpha)); }

double Evidence::detectable() const { return margin + planning_distance(alpha) * standard_error(); }

double Evidence::seconds_needed() const {
  const double distance = std::fabs(margin - estimate);
  if (distance <= 0) return std::numeric_limits<double>::infinity();
  const double ratio = planning_distance(alpha) * standard_error() / distance;
  return seconds * ratio * ratio;
}

std::string undecided_text(const Evidence& evidence) {
  const bool bad = evidence.estimate > evidence.margin || evidence.low > 0;
  std::string text = ": not proven either way";
  if (evidence.low > evidence.margin)
    text = ": probably worse than the margin, but no proof while several metrics are tested at once";
  return text + outlook(evidence) + (bad ? " (leaning bad)" : " (leaning good)");
}

}  // namespace assay::verdict
