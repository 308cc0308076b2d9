// What the bench tells its own clients, and what they say when they have finished. Both are run by
// tests/bench/bench.py on the same terms as every other load generator.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace assay::bench {

// When to stop sending; what is under way is still waited for. One of the two is set.
struct Budget {
  std::uint64_t requests = std::numeric_limits<std::uint64_t>::max();
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

struct ClientArguments {
  std::uint16_t port = 0;  // of 127.0.0.1
  std::string ca_file;     // PEM; empty: plain HTTP
  std::size_t connections = 0;
  Budget budget;

  bool tls() const { return !ca_file.empty(); }
  std::string request() const;  // a GET of / in wire form
};

// PORT plain|CA.pem CONNECTIONS seconds|requests NUMBER. Ends the process with status 2 when they are
// anything else. Seconds count from now.
ClientArguments read_arguments(int argc, char** argv);

// {"requests": 1000, "errors": 0}
void print_counts(std::uint64_t requests, std::uint64_t errors);

}  // namespace assay::bench
