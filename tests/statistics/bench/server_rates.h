// How often comparisons of server metrics err and decide. Used by the tests (few runs) and by the program
// that prints the table (many).
#pragma once
#include <cstdint>
#include <string_view>

#include "generators/scraped_service.h"

namespace assay::statistics {

enum class ServerQuestion : std::uint8_t { errors, p50, p95, p99, mean };
std::string_view name(ServerQuestion question);

// In per cent of the runs.
struct ServerRates {
  double false_pass = 0, false_fail = 0;          // where the candidate is worse by exactly the margin
  double identical_pass = 0, identical_fail = 0;  // where it is no worse
  double twice_fail = 0, twice_pass = 0;          // where it is worse by twice the margin
};

// Margins: a percentage point of errors, a tenth of everything else.
ServerRates server_rates(const ScrapedService& service, ServerQuestion question, std::uint64_t runs);

}  // namespace assay::statistics
