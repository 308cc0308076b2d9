#include "tests/bench/client_arguments.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace assay::bench {
namespace {

[[noreturn]] void usage(const char* program) {
  std::fprintf(stderr, "usage: %s PORT plain|CA.pem CONNECTIONS seconds|requests NUMBER\n", program);
  std::exit(2);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

}  // namespace

std::string ClientArguments::request() const {
  return "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
}

ClientArguments read_arguments(int argc, char** argv) {
  if (argc != 6) usage(argv[0]);
  const auto port = whole_number(argv[1]), connections = whole_number(argv[3]),
             number = whole_number(argv[5]);
  const std::string_view transport = argv[2], unit = argv[4];
  if (!port || *port > 65535 || !connections || !number) usage(argv[0]);

  ClientArguments arguments;
  arguments.port = static_cast<std::uint16_t>(*port);
  if (transport != "plain") arguments.ca_file = transport;
  arguments.connections = *connections;
  if (unit == "requests") {
    arguments.budget.requests = *number;
  } else if (unit == "seconds") {
    arguments.budget.until = std::chrono::steady_clock::now() + std::chrono::seconds(*number);
  } else {
    usage(argv[0]);
  }
  return arguments;
}

void print_counts(std::uint64_t requests, std::uint64_t errors) {
  std::printf("{\"requests\": %llu, \"errors\": %llu}\n", static_cast<unsigned long long>(requests),
              static_cast<unsigned long long>(errors));
}

}  // namespace assay::bench
