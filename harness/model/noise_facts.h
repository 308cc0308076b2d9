// NoiseFacts: what earlier runs of one gate, in one environment, say about its noise. Plain structs; filled
// from a store by cli, used by verdict (noise profile, placement) and by forecasts. Absent means not known,
// never zero.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "stats/noise_profile.h"

namespace assay {

struct MetricNoise {
  std::string metric;                       // as in `compare`: "p95(response_time)"
  std::vector<stats::NoiseVector> spectra;  // newest first
  // Medians over those runs. Standard errors of latencies are of the log ratio, of error_rate of the
  // difference; they belong to NoiseFacts::seconds and requests_per_s, and shrink with the root of the time.
  double standard_error = 0;
  double slow_share = 0;  // of its square
  // How much two instances of one build differ for as long as they live: standard deviation of one instance
  // on the same scale. Absent: too few A/A runs between two instances.
  std::optional<double> instance_sd;
  std::size_t placement_runs = 0;  // A/A runs behind it
  bool operator==(const MetricNoise&) const = default;
};

struct NoiseFacts {
  std::string source;                      // where it comes from, in sentences: ".assay/baselines.db"
  std::size_t runs = 0;                    // with two arms, that the medians come from
  double seconds = 0, requests_per_s = 0;  // medians; judged time, requests of both arms together
  std::size_t placement_runs = 0;          // A/A runs between two instances
  std::vector<MetricNoise> metrics;

  const MetricNoise* of(const std::string& metric) const {
    for (const MetricNoise& known : metrics) {
      if (known.metric == metric) return &known;
    }
    return nullptr;
  }
  bool operator==(const NoiseFacts&) const = default;
};

}  // namespace assay
