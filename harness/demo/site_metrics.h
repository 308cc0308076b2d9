// Requests by route and status and their latency, as the Prometheus text format wants them (version 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/). Plain counters: one thread owns them, and a
// registry that locks would cost more than the requests it counts.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace assay::demo {

class SiteMetrics {
 public:
  // Routes are labels, not raw paths, so that a scanner cannot make the page grow. Routes with equal labels
  // are counted together: a series must not appear twice.
  explicit SiteMetrics(const std::vector<std::string>& labels);

  void record(std::size_t route, unsigned status, Nanos latency);
  std::string text() const;

 private:
  static constexpr std::array<double, 12> kBoundsSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                         0.1,   0.25,   0.5,   1.0,  2.5,   10.0};
  struct Series {
    std::string label;
    std::vector<std::pair<unsigned, std::uint64_t>> by_status;
    std::array<std::uint64_t, kBoundsSeconds.size() + 1> buckets{};
    double sum_seconds = 0;
  };
  static void append_requests(std::string& out, const Series& series);
  static void append_latency(std::string& out, const Series& series);

  std::vector<Series> series_;
  std::vector<std::size_t> series_of_route_;
};

}  // namespace assay::demo
