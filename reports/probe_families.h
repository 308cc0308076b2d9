// What probes found, as families of metrics: the same names while a run goes on, when it is over, and of
// `assay probe --watch`, so that one dashboard shows all three. Where they mean the same, the names are those
// of blackbox_exporter. Pure.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/probe_result.h"
#include "reports/metric_family.h"

namespace assay::reports {

struct MetricTitle {
  const char* name;
  const char* help;
};
inline constexpr MetricTitle kProbeSuccess{"probe_success",
                                           "1 where the probe passed or only warned, else 0."};
inline constexpr MetricTitle kProbeDuration{"probe_duration_seconds", "How long the probe took."};
inline constexpr MetricTitle kProbeState{"assay_probe_state",
                                         "1 for the state that the probe is in, else 0."};

inline constexpr std::array kProbeStates{ProbeState::pass, ProbeState::warn, ProbeState::fail,
                                         ProbeState::error, ProbeState::skip};
constexpr bool is_success(ProbeState state) { return state == ProbeState::pass || state == ProbeState::warn; }

// Of one probe, as far as it is known.
struct ProbeStanding {
  std::string name, kind;
  std::optional<ProbeState> state;
  std::optional<double> duration_s;
  std::optional<std::uint64_t> ticks, failed_ticks;  // of a repeated probe
  std::optional<double> down_s;
};

// `common`: labels of every sample. The worst probes have names of their own; those beyond
// kMostLabelValues are one, which stands as badly as the worst of them.
std::vector<MetricFamily> probe_families(std::vector<ProbeStanding> probes, const MetricLabels& common);

}  // namespace assay::reports
