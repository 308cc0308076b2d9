#include "rivals/rivals.h"

#include <array>

#include "rivals/error_rules.h"
#include "rivals/fixed_limits.h"
#include "rivals/independent_intervals.h"
#include "rivals/kayenta.h"
#include "rivals/mann_whitney.h"
#include "rivals/point_estimate.h"

namespace assay::statistics {
namespace {

using verdict::ArmSeries;

constexpr std::array<Rival, 7> kLatencyRivals{{
    {"point estimate", [](const ArmSeries& run, const KnownGood&) { return by_point_estimate(run); }},
    {"fixed limits", by_fixed_limits},
    {"failed checks", by_failed_checks},
    {"Kayenta, 60 points", [](const ArmSeries& run, const KnownGood&) { return by_kayenta(run, 60); }},
    {"Kayenta, 10 points", [](const ArmSeries& run, const KnownGood&) { return by_kayenta(run, 10); }},
    {"Mann-Whitney", [](const ArmSeries& run, const KnownGood&) { return by_mann_whitney(run); }},
    {"independent intervals",
     [](const ArmSeries& run, const KnownGood&) { return by_independent_intervals(run); }},
}};

constexpr std::array<Rival, 5> kErrorRivals{{
    {"point estimate", errors_by_point_estimate},
    {"fixed limits", errors_by_fixed_limit},
    {"failed checks", errors_by_failed_checks},
    {"two proportions", errors_by_two_proportions},
    {"independent intervals", errors_by_independent_intervals},
}};

}  // namespace

std::span<const Rival> latency_rivals() { return kLatencyRivals; }
std::span<const Rival> error_rivals() { return kErrorRivals; }

}  // namespace assay::statistics
