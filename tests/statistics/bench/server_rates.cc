#include "bench/server_rates.h"

#include <array>

#include "verdict/comparison.h"
#include "verdict/server_metrics.h"

namespace assay::statistics {
namespace {

constexpr double kPoint = 0.01, kTenth = 0.10;

bool is_quantile(ServerQuestion question) {
  return question == ServerQuestion::p50 || question == ServerQuestion::p95 ||
         question == ServerQuestion::p99;
}

double quantile_of(ServerQuestion question) {
  if (question == ServerQuestion::p50) return 0.50;
  return question == ServerQuestion::p95 ? 0.95 : 0.99;
}

ServerMetric metric_of(const ScrapedService& service, ServerQuestion question, std::uint64_t seed) {
  if (question == ServerQuestion::errors) return service.errors(seed);
  if (question == ServerQuestion::mean) return service.mean(seed);
  return service.quantile(quantile_of(question), seed);
}

// The candidate worse by so many margins.
ScrapedService worse(ScrapedService service, ServerQuestion question, double margins) {
  if (question == ServerQuestion::errors) {
    service.excess = margins * kPoint;
  } else {
    service.slower = 1 + margins * kTenth;
  }
  return service;
}

// That difference as the metric itself shows it: inside of a bucket, a histogram bends it.
double margin_for(const ScrapedService& service, ServerQuestion question) {
  if (question == ServerQuestion::errors) return kPoint;
  if (!is_quantile(question)) return kTenth;
  const double q = quantile_of(question);
  return service.true_quantile(q, 1 + kTenth) / service.true_quantile(q, 1) - 1;
}

FindingState state_of(const ScrapedService& service, ServerQuestion question, double margin,
                      std::uint64_t seed) {
  RunResult result;
  result.server_metrics = {metric_of(service, question, seed)};
  config::GateSpec gate;
  config::ServerCompareSpec& compare = gate.server_compare.emplace_back();
  compare.metric = "m";
  compare.margin = margin;
  compare.unit = question == ServerQuestion::errors ? Unit::ratio : Unit::nanoseconds;
  return verdict::compare_server_metrics(result, gate, verdict::judged_once(0.05, 1)).front().state;
}

}  // namespace

std::string_view name(ServerQuestion question) {
  constexpr std::array<std::string_view, 5> kNames = {"errors", "p50", "p95", "p99", "mean"};
  return kNames[static_cast<std::size_t>(question)];
}

ServerRates server_rates(const ScrapedService& service, ServerQuestion question, std::uint64_t runs) {
  const double margin = margin_for(service, question);
  ServerRates rates;
  const double share = 100.0 / static_cast<double>(runs);
  for (std::uint64_t run = 0; run < runs; ++run) {
    const auto state = [&](double margins) {
      return state_of(worse(service, question, margins), question, margin, run + 1);
    };
    const FindingState same = state(0), at = state(1), twice = state(2);
    rates.identical_pass += same == FindingState::pass ? share : 0;
    rates.identical_fail += same == FindingState::fail ? share : 0;
    rates.false_pass += at == FindingState::pass ? share : 0;
    rates.false_fail += at == FindingState::fail ? share : 0;
    rates.twice_pass += twice == FindingState::pass ? share : 0;
    rates.twice_fail += twice == FindingState::fail ? share : 0;
  }
  return rates;
}

}  // namespace assay::statistics
