// Probes carried out for real, against a server of the test.
#include "probes/once.h"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "tests/unit/client/raw_server.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::RawServer;
using client::say;

namespace {

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view kDown = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

std::string origin(const RawServer& server) { return server.url(""); }

std::vector<ProbeResult> carried_out(const std::vector<Probe>& probes, int stop_fd = -1) {
  std::vector<const Probe*> pointers;
  for (const Probe& probe : probes) pointers.push_back(&probe);
  auto client = client::Client::create();
  REQUIRE(client.has_value());
  return run_once(pointers, **client, {}, stop_fd);
}

}  // namespace

TEST_CASE("once: a result carries its evidence") {
  const RawServer server([](int fd, const std::string&) { say(fd, kOk); });
  const auto results =
      carried_out({made("kind: http\nname: home\nrequirement: C9\npath: /x", origin(server))});
  REQUIRE(results.size() == 1);
  const ProbeResult& result = results[0];
  CHECK(result.state == ProbeState::pass);
  CHECK(result.name == "home");
  CHECK(result.requirement == "C9");
  CHECK(result.location == "gate.yaml:5:11");
  CHECK(result.attempts == 1);
  REQUIRE(result.exchanges.size() == 1);
  CHECK(result.exchanges[0].label == "GET /x");
  CHECK(result.exchanges[0].answer == "200, 2B");
  CHECK("http://" + result.exchanges[0].address == origin(server));
  CHECK(result.exchanges[0].done > Nanos(0));
  CHECK(result.started_utc.size() == 24);
}

TEST_CASE("once: a pass after a retry is a warning, and every attempt is kept") {
  std::atomic<int> served{0};
  const RawServer server([&](int fd, const std::string&) { say(fd, ++served < 3 ? kDown : kOk); });
  const auto results = carried_out({made("kind: http\nretries: 2", origin(server))});
  CHECK(results[0].state == ProbeState::warn);
  CHECK(results[0].attempts == 3);
  CHECK(results[0].exchanges.size() == 3);
  CHECK(results[0].exchanges[0].answer.starts_with("503"));
  CHECK(results[0].reason.find("passed at attempt 3 only") != std::string::npos);
}

TEST_CASE("once: retries end") {
  const RawServer server([](int fd, const std::string&) { say(fd, kDown); });
  const auto results = carried_out({made("kind: http\nretries: 1", origin(server))});
  CHECK(results[0].state == ProbeState::fail);
  CHECK(results[0].attempts == 2);
}

TEST_CASE("once: a stop ends what is under way as an error, never as a pass") {
  const RawServer silent([](int fd, const std::string&) { client::hear_head(fd); });
  const int stop = eventfd(1, EFD_CLOEXEC);
  const auto results = carried_out({made("kind: http", origin(silent))}, stop);
  close(stop);
  CHECK(results[0].state == ProbeState::error);
}

TEST_CASE("once: answers that are looked at aside are judged all the same") {
  const std::string large(200'000, 'x');
  const RawServer server([&](int fd, const std::string&) {
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
    say(fd, large);
  });
  const auto results =
      carried_out({made("kind: http\nexpect: { body: { contains: xxx } }", origin(server)),
                   made("kind: http\nname: bad\nexpect: { body: { contains: y } }", origin(server))});
  CHECK(results[0].state == ProbeState::pass);
  CHECK(results[1].state == ProbeState::fail);
  CHECK(results[0].exchanges[0].protocol == "http");
}

TEST_CASE("once: sixty probes at the same time") {
  const RawServer server([](int fd, const std::string&) { say(fd, kOk); });
  std::vector<Probe> probes;
  for (int i = 0; i < 60; ++i) probes.push_back(made("kind: http", origin(server)));
  for (const ProbeResult& result : carried_out(probes)) CHECK(result.state == ProbeState::pass);
}
