// A client made of assay's net layer alone: event loop, connections, parser, stamps and time limits, and a
// handler that starts the next request at once. Nothing of scenario or engine. What it costs more than the
// floor is net's; what assay costs more than it belongs to scenario, recorder and pacing.
#include <algorithm>
#include <cstdio>
#include <deque>

#include "net/event_loop.h"
#include "net/http1_connection.h"
#include "net/limits.h"
#include "tests/bench/client_arguments.h"

namespace assay::bench {
namespace {

// As in the bench's gate files.
constexpr Nanos kLimit{60'000'000'000};
constexpr net::Timeouts kTimeouts{kLimit, kLimit, Nanos{0}, kLimit};

class NetClient final : private net::ExchangeHandler {
 public:
  NetClient(const ClientArguments& arguments, net::Route& route)
      : budget_(arguments.budget), bytes_(arguments.request()), loop_(net::Pacing::sleep) {
    // Every step of a scenario looks at cookies, so this is asked of the net layer by each request of assay.
    interest_.headers = {"set-cookie"};
    request_.bytes = bytes_;
    request_.interest = &interest_;
    request_.timeouts = kTimeouts;
    for (std::size_t i = 0; i < arguments.connections; ++i) connections_.emplace_back(loop_, route, 0U);
  }

  void run() {
    for (net::Http1Connection& connection : connections_) start_next(connection, loop_.stamp());
    while (ended_ < started_) loop_.run_once(kNever);
  }

  std::uint64_t requests() const { return ended_; }
  std::uint64_t errors() const { return errors_; }

 private:
  void start_next(net::Http1Connection& connection, TimePoint now) {
    if (started_ >= budget_.requests || now >= budget_.until) return;
    ++started_;
    connection.start(request_, *this, now);
  }

  void on_exchange_end(net::Http1Connection& connection, const net::ExchangeResult& result) override {
    ++ended_;
    if (result.outcome != Outcome::ok || result.response.status != 200) ++errors_;
    start_next(connection, result.done);
  }

  Budget budget_;
  std::string bytes_;
  ResponseInterest interest_;
  net::ExchangeRequest request_;
  net::EventLoop loop_;
  std::deque<net::Http1Connection> connections_;
  std::uint64_t started_ = 0, ended_ = 0, errors_ = 0;
};

int fail(const SystemError& error) {
  std::fprintf(stderr, "net_client: %s\n", error.message().c_str());
  return 1;
}

int run(const ClientArguments& arguments) {
  const auto files = net::ensure_files(arguments.connections);
  if (!files) return fail(files.error());
  auto addresses = net::resolve("127.0.0.1", arguments.port);
  if (!addresses) return fail(addresses.error());
  net::Route route;
  route.addresses = *std::move(addresses);
  route.server_name = "127.0.0.1";
  if (arguments.tls()) {
    net::TlsOptions options;
    options.ca_file = arguments.ca_file;
    auto context = net::TlsContext::create(options);
    if (!context) return fail(context.error());
    route.tls = *std::move(context);
  }
  NetClient client(arguments, route);
  client.run();
  print_counts(client.requests(), client.errors());
  return 0;
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) { return assay::bench::run(assay::bench::read_arguments(argc, argv)); }
