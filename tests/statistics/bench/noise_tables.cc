// Prints the tables of README.md, "Own noise": `noise_tables correlation|profile|placement|stored [RUNS]`.
// Not a test: it takes minutes.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "bench/noise_rates.h"

namespace {

using namespace assay::statistics;
using assay::stats::ShiftMetric;

constexpr std::array kMetricsShown{ShiftMetric{ShiftMetric::Kind::quantile, 0.50},
                                   ShiftMetric{ShiftMetric::Kind::quantile, 0.95}};
constexpr Knowledge kDeclared{{5}}, kEstimated{{std::nullopt}};

void print(const std::vector<NoiseRates>& all) {
  for (const NoiseRates& rates : all)
    std::printf(" %4.1f/%4.1f %3.0f |", rates.false_pass, rates.false_fail, rates.identical_pass);
  std::printf("\n");
  std::fflush(stdout);
}

void correlation_table(std::uint64_t runs) {
  std::printf("| declared 5 s | declared right | this run | 5 stored | 10 stored |\n");
  for (const auto& metric : kMetricsShown)
    for (const double seconds : {60.0, 120.0, 300.0, 600.0})
      for (const double own : {2.0, 5.0, 15.0, 30.0, 60.0}) {
        std::printf("| p%g | %3g s | own %2g s |", metric.quantile * 100, seconds, own);
        const std::array known{kDeclared, Knowledge{{own}}, kEstimated, Knowledge{{std::nullopt}, 5},
                               Knowledge{{std::nullopt}, 10}};
        print(noise_rates({Family::own_weather, {seconds, 200, own}}, known, metric, runs));
      }
}

void profile_table(std::uint64_t runs) {
  std::printf("| declared 5 s | and 5 stored | and 10 stored | and 10 of calm runs |\n");
  for (const auto& metric : kMetricsShown)
    for (const double seconds : {30.0, 60.0})
      for (const double rate : {50.0, 200.0})
        for (const Family family : {Family::lognormal, Family::own_weather, Family::queue}) {
          std::printf("| p%g | %2g s | %3g/s | %s |", metric.quantile * 100, seconds, rate,
                      std::string(name(family)).c_str());
          const Surroundings surroundings{.seconds = seconds, .per_second = rate};
          const std::array known{kDeclared, Knowledge{{5}, 5}, Knowledge{{5}, 10},
                                 Knowledge{{5}, 10, TwoArmRun{Family::shared_weather, surroundings}}};
          print(noise_rates({family, surroundings}, known, metric, runs));
        }
}

void placement_table(std::uint64_t runs) {
  std::printf("| not known | 5 A/A runs | 10 | 20 |\n");
  for (const auto& metric : kMetricsShown)
    for (const double placement : {0.0, 0.01, 0.03, 0.06}) {
      TwoArmRun run;
      run.surroundings.placement = placement;
      std::printf("| p%g | %g %% |", metric.quantile * 100, 100 * placement);
      print(placement_rates(run, std::array<std::size_t, 4>{0, 5, 10, 20}, metric, runs));
    }
}

void stored_table(std::uint64_t runs) {
  std::printf("| one candidate run | three |\n");
  for (const double tau : {0.0, 0.02, 0.037, 0.10, 0.15})
    for (const std::size_t stored : {5U, 8U, 10U, 20U}) {
      std::printf("| tau %4.1f %% | %2zu runs |", 100 * tau, stored);
      print({stored_rates(tau, 0.028, stored, 1, runs * 20), stored_rates(tau, 0.028, stored, 3, runs * 20)});
    }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view table = count > 1 ? arguments[1] : "";
  const auto runs = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 400;
  constexpr std::pair<std::string_view, void (*)(std::uint64_t)> kTables[] = {
      {"correlation", correlation_table},
      {"profile", profile_table},
      {"placement", placement_table},
      {"stored", stored_table}};
  for (const auto& [name, show] : kTables) {
    if (name != table || runs == 0) continue;
    std::printf("each: false PASS/false FAIL at the margin, PASS of identical code; percent\n");
    show(runs);
    return 0;
  }
  std::fprintf(stderr, "usage: noise_tables correlation|profile|placement|stored [RUNS]\n");
  return 2;
}
