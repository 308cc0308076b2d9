#include "probes/repetition.h"

#include <doctest/doctest.h>

#include <atomic>

#include "probes/runner.h"
#include "tests/unit/client/raw_server.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;
using client::RawServer;
using client::say;

namespace {

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
constexpr std::string_view kDown =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

// Repeats until the server has seen so many requests.
ProbeResult repeated(const Probe& probe, const std::atomic<int>& served, int until) {
  const Probe* pointer = &probe;
  auto runner = Runner::start({&pointer, 1}, {});
  REQUIRE(runner.has_value());
  const TimePoint patience = Clock::now() + 20s;
  while (served < until && Clock::now() < patience) std::this_thread::yield();
  (*runner)->stop();
  auto results = (*runner)->results({});
  REQUIRE(results.size() == 1);
  return std::move(results[0]);
}

}  // namespace

TEST_CASE("repetition: ticks go on new and on kept connections, and all that began are answered") {
  std::atomic<int> served{0};
  const RawServer server([&](int fd, const std::string&) {
    ++served;
    say(fd, kOk);
  });
  const ProbeResult result = repeated(made("kind: http\nevery: 10ms", server.url("")), served, 20);
  REQUIRE(result.series.size() == 2);
  CHECK(result.series[0].connection == "new");
  CHECK(result.series[1].connection == "reused");
  CHECK(result.series[0].ticks == result.series[1].ticks);
  CHECK(result.series[0].ticks + result.series[1].ticks == static_cast<std::uint64_t>(served.load()));
  CHECK(result.series[0].failed == 0);
  CHECK(result.series[0].outages_in_all == 0);
}

TEST_CASE("repetition: an outage has its window, its cause and the evidence of its first tick") {
  std::atomic<int> served{0};
  const RawServer server([&](int fd, const std::string&) {
    const int now = ++served;
    say(fd, now > 10 && now <= 20 ? kDown : kOk);
  });
  const ProbeResult result = repeated(made("kind: http\nevery: 10ms", server.url("")), served, 60);
  CHECK(result.state == ProbeState::fail);
  std::uint64_t failed = 0, outages = 0;
  for (const ProbeSeries& series : result.series) {
    failed += series.failed;
    outages += series.outages_in_all;
    for (const ProbeOutage& outage : series.outages) {
      CHECK(outage.causes.contains("status 503"));
      CHECK(outage.good_after.has_value());
    }
  }
  CHECK(failed == 10);
  CHECK(outages >= 1);
  REQUIRE_FALSE(result.exchanges.empty());
  CHECK(result.exchanges[0].answer.starts_with("503"));
}

TEST_CASE("repetition: failures within the tolerance are no failure") {
  std::atomic<int> served{0};
  const RawServer server([&](int fd, const std::string&) { say(fd, ++served == 5 ? kDown : kOk); });
  const Probe probe =
      made("kind: http\nevery: 10ms\ntolerate: { failures: 1, longest_outage: 30s }", server.url(""));
  const ProbeResult result = repeated(probe, served, 30);
  CHECK(result.state != ProbeState::fail);
}
