// What stopping early costs and keeps, one cell at a time, as rows of a table.
//   looks_bench looks --family ACO --seconds 600 --rate 200 --runs 200
//   looks_bench gates --family ACO --seconds 300 --runs 200
//   looks_bench breaker --runs 4000
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <string>

#include "bench/gate_looks.h"
#include "bench/look_cell.h"

namespace {

using namespace assay::statistics;

void print_looks(const TwoArmRun& run, std::uint64_t runs, std::uint64_t seed) {
  for (const auto& row : look_cell(run, runs, seed))
    std::printf("| %s | %.0f | %s | %.1f / %.1f | %.0f (%.0f) | %.0f %% | %.0f | %.0f %% | %.1f / %.1f |\n",
                std::string(name(run.family)).c_str(), run.surroundings.seconds, row.rule.c_str(),
                row.false_pass, row.false_fail, row.same_passes, row.same_passes_first, row.same_time,
                row.slower_fails, row.slower_time, row.given_up, row.lost);
}

void print_gates(const TwoArmRun& run, std::uint64_t runs, std::uint64_t seed) {
  for (const auto& row : gate_looks(run, runs, seed))
    std::printf("| %s | %.0f s | %s | %.1f/%.1f | %.0f/%.1f %.0f | %.0f/%.1f %.0f |\n",
                std::string(name(run.family)).c_str(), run.surroundings.seconds, row.rule.c_str(),
                row.at_margin.pass, row.at_margin.fail, row.same.pass, row.same.fail, row.same.time,
                row.slower.fail, row.slower.pass, row.slower.time);
}

void print_breaker(std::uint64_t runs) {
  const assay::stats::BreakerRules ratio{.ratio = 2, .alpha = 0.05}, limit{.limit = 0.02, .alpha = 0.05},
      both{.ratio = 2, .limit = 0.02, .alpha = 0.05};
  std::printf("| ratio 2 | %.2f |\n", breaker_stops(ratio, 0.02, 0.01, runs));
  std::printf("| limit 2 %% | %.2f |\n", breaker_stops(limit, 0.02, 0.02, runs));
  std::printf("| both | %.2f |\n", breaker_stops(both, 0.02, 0.01, runs));
}

}  // namespace

int main(int argc, char** argv) {
  std::string family_name;
  TwoArmRun run;
  std::uint64_t runs = 200, seed = 1;
  CLI::App parser("Stopping early, on simulated runs");
  parser.require_subcommand(1);
  CLI::App* looks = parser.add_subcommand("looks", "Looks before the end, extension, a watched soak");
  CLI::App* gates = parser.add_subcommand("gates", "The same for whole gates, correlation time estimated");
  for (CLI::App* simulation : {looks, gates}) {
    simulation->add_option("--family", family_name, "Kind of service")->required();
    simulation->add_option("--seconds", run.surroundings.seconds, "The longest a run may last");
    simulation->add_option("--rate", run.surroundings.per_second, "Requests a second of both arms together");
    simulation->add_option("--runs", runs, "Runs")->check(CLI::PositiveNumber);
    simulation->add_option("--seed", seed, "Seed of the first run");
  }
  CLI::App* breaker = parser.add_subcommand("breaker", "The circuit breaker exactly at its limits");
  breaker->add_option("--runs", runs, "Runs")->check(CLI::PositiveNumber);
  try {
    parser.parse(argc, argv);
    const auto family = family_from(family_name);
    if (!breaker->parsed() && !family) throw CLI::ValidationError("no such family");
    if (family) run.family = *family;
    if (looks->parsed()) print_looks(run, runs, seed);
    if (gates->parsed()) print_gates(run, runs, seed);
    if (breaker->parsed()) print_breaker(runs);
    return 0;
  } catch (const CLI::Error& error) {
    return parser.exit(error);
  }
}
