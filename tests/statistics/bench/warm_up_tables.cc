// Prints the tables of README.md, "Warm-up": `warm_up_tables false|found [RUNS [FIRST_SEED]]`. Not a test: it
// takes minutes.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/warm_up_rate.h"

namespace {

using namespace assay::statistics;

constexpr std::array kFamilies{Family::lognormal,      Family::bimodal,     Family::heavy_tail,
                               Family::shared_weather, Family::own_weather, Family::queue,
                               Family::managed_runtime};
constexpr std::array kSeconds{30.0, 60.0, 120.0, 300.0};
constexpr std::array kRates{50.0, 200.0};
constexpr std::array kExcesses{0.1, 0.2, 0.5, 1.0};
constexpr std::array kPartsOfRun{20.0, 10.0, 5.0, 3.0};

void end_row() {
  std::printf("\n");
  std::fflush(stdout);
}

void false_table(std::uint64_t runs, std::uint64_t first_seed) {
  for (const Family family : kFamilies) {
    std::printf("| %s |", std::string(name(family)).c_str());
    for (const double rate : kRates)
      for (const double seconds : kSeconds)
        std::printf(" %.2f |", warm_ups_found({family, {seconds, rate}}, runs, first_seed));
    end_row();
  }
}

void found_table(std::uint64_t runs, std::uint64_t first_seed) {
  for (const Family family : kFamilies)
    for (const double rate : kRates)
      for (const double seconds : kSeconds) {
        std::printf("| %s | %g/s | %g s |", std::string(name(family)).c_str(), rate, seconds);
        for (const double excess : kExcesses) {
          for (const double part : kPartsOfRun) {
            TwoArmRun run{family, {seconds, rate}};
            run.start = {excess, seconds / part};
            std::printf(" %.0f", warm_ups_found(run, runs, first_seed));
          }
          std::printf(" |");
        }
        end_row();
      }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view table = argc > 1 ? argv[1] : "";
  const auto runs = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100;
  const auto first_seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  if (table == "false") {
    false_table(runs, first_seed);
  } else if (table == "found") {
    found_table(runs, first_seed);
  } else {
    std::fprintf(stderr, "usage: warm_up_tables false|found [RUNS [FIRST_SEED]]\n");
    return 2;
  }
  return 0;
}
