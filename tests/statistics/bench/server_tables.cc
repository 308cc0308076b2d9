// Prints the table of README.md, "Server metrics": `server_tables [RUNS]`. Not a test: it takes minutes.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/server_rates.h"

namespace {

using namespace assay::statistics;

struct Service {
  const char* name;
  ScrapedService service;
};

// Errors know no drift of times, and times no outages.
bool concerns(ServerQuestion question, const ScrapedService& service) {
  return question == ServerQuestion::errors ? service.own_drift == 0 : service.shared_outage_share == 0;
}

void print_row(const Service& each, std::size_t blocks, ServerQuestion question, std::uint64_t runs) {
  ScrapedService service = each.service;
  service.blocks = blocks;
  const ServerRates rates = server_rates(service, question, runs);
  std::printf("| %s | %s | %zu | %.1f/%.1f | %.0f / %.1f | %.0f / %.1f |\n",
              std::string(name(question)).c_str(), each.name, blocks, rates.false_pass, rates.false_fail,
              rates.identical_pass, rates.identical_fail, rates.twice_fail, rates.twice_pass);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t runs = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 300;
  const Service services[] = {
      {"even, 50/s each", {}},
      {"canary 1:19, 200/s", {.candidate_per_s = 10, .baseline_per_s = 190}},
      {"own noise 5 %, 5 s", {.own_drift = 0.05}},
      {"own noise 5 %, 60 s", {.own_drift = 0.05, .own_seconds = 60}},
      {"outages of both", {.shared_outage_share = 0.8}},
  };
  std::printf(
      "| metric | service | blocks | false PASS/FAIL | identical: PASS / FAIL | twice: FAIL / PASS |\n");
  for (const ServerQuestion question : {ServerQuestion::errors, ServerQuestion::p50, ServerQuestion::p95,
                                        ServerQuestion::p99, ServerQuestion::mean})
    for (const Service& service : services)
      for (const std::size_t blocks : {20U, 40U, 120U})
        if (concerns(question, service.service)) print_row(service, blocks, question, runs);
}
