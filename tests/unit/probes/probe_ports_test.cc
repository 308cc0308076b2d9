#include <algorithm>
#include <set>

#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

const std::string kDanger = "\ndangerous: [shop.example.com]";
const std::string kTarget = "https://shop.example.com";

Probe ports(const std::string& keys) { return made("kind: ports\n" + keys + kDanger, kTarget); }

// Open where named, filtered where named, else refused.
World machine(std::set<int> open, std::set<int> filtered = {}) {
  return [=](const client::Ask& ask) {
    const int port = std::get<client::DialAsk>(ask.what).port;
    if (open.contains(port)) return dialled({});
    return filtered.contains(port) ? trouble(Trouble::timeout, "silence") : trouble(Trouble::refused, "no");
  };
}

}  // namespace

TEST_CASE("ports: exactly these are open") {
  const Probe probe = ports("open: [80, 443]\nclosed: [5432, \"8000-8010\"]");
  const Judgement sound = judged(probe, machine({80, 443}, {8001, 8002}));
  CHECK(summary(sound) == "pass: all 2 facts hold");
  CHECK(sound.facts()[1].observed == "refused: 5432, 8000, 8003-8010; filtered: 8001, 8002");
  CHECK(summary(judged(probe, machine({80, 443, 5432}))) ==
        "fail: closed ports: expected 5432, 8000-8010 closed, got unexpectedly open (open: 5432)");
  CHECK(summary(judged(probe, machine({80}))) ==
        "fail: open ports: expected 80, 443, got unexpectedly closed (refused: 443)");
  CHECK(summary(judged(probe, machine({80}, {443}))) ==
        "fail: open ports: expected 80, 443, got unexpectedly closed (filtered: 443)");
}

TEST_CASE("ports: a machine out of reach proves nothing") {
  const Probe controlled = ports("closed: [5432]\ncontrol: 443");
  CHECK(summary(judged(controlled, machine({443}))).starts_with("pass"));
  CHECK(summary(judged(controlled, machine({}, {443, 5432}))) ==
        "error: closed ports: no port of shop.example.com answers that should: a machine out of reach proves "
        "nothing");
  const Probe both = ports("open: [443]\nclosed: [5432]");
  const auto no_route = [](const client::Ask&) { return trouble(Trouble::unreachable, "no route"); };
  CHECK(judged(both, no_route).state() == ProbeState::error);
  std::vector<std::string> asked;
  judged(ports("open: [443]\nscan: 1-1000"), machine({}, {443}), &asked);
  CHECK(asked == std::vector<std::string>{"port 443"});
  CHECK(summary(judged(both, [](const client::Ask& ask) {
          return ask.label == "port 443" ? dialled({}) : trouble(Trouble::unreachable, "prohibited");
        })) == "pass: all 2 facts hold");
}

TEST_CASE("ports: a scan goes in batches, and all but the open ports must be closed") {
  const Probe probe = ports("open: [22, 80, 443]\nscan: 1-1024");
  std::vector<Exchange> exchanges;
  std::vector<std::size_t> batches;
  const World world = machine({22, 80, 443, 631});
  for (auto asks = probe.kind->next(probe, exchanges); !asks.empty();
       asks = probe.kind->next(probe, exchanges)) {
    batches.push_back(asks.size());
    for (const client::Ask& ask : asks) exchanges.push_back({ask, world(ask)});
  }
  CHECK(batches.front() == 3);
  CHECK(batches.size() == 17);
  CHECK(*std::max_element(batches.begin(), batches.end()) == 64);
  CHECK(exchanges.size() == 1024);
  CHECK(probe.kind->judge(probe, exchanges).reason().find("unexpectedly open (open: 631)") !=
        std::string::npos);
}

TEST_CASE("ports: refused and filtered are kept apart, and what could not be tried is an error") {
  const Probe probe = ports("open: 443\nclosed: [5432, 6379]\nclosed_as: filtered");
  CHECK(judged(probe, machine({443}, {5432, 6379})).state() == ProbeState::pass);
  CHECK(summary(judged(probe, machine({443}, {5432}))) ==
        "fail: closed ports: expected 5432, 6379 filtered, got closed otherwise or open (refused: 6379)");
  CHECK(summary(judged(probe, [](const client::Ask& ask) {
          return ask.label == "port 443" ? dialled({}) : trouble(Trouble::local, "no descriptor left");
        })) == "error: closed ports: not all could be tried: local: no descriptor left");
}

TEST_CASE("ports: mistakes name their place") {
  const auto mistake = [](const std::string& keys, std::string_view sentence) {
    check_mistake("kind: ports\n" + keys + kDanger, sentence, kTarget);
  };
  mistake("open: [443]\nclosed: [\"400-500\"]", "port 443 cannot be open and closed");
  mistake("host: shop.example.com", "this probe expects nothing");
  mistake("open: []", "open");
  mistake("open: [0]", "\"0\" is not a port or a range of ports");
  mistake("open: [\"90-80\"]", "\"90-80\" is not a port or a range of ports");
  mistake("open: [65536]", "\"65536\" is not a port");
  mistake("open: [80]\nscan: 1-1025", "1025 ports are too many for one probe");
  mistake("open: [80]\nclosed: [81]\nscan: 1-10", "\"scan\" and \"closed\" both say");
  mistake("closed: [\"400-500\"]", "a machine that is down would look closed too");
  mistake("closed: [5432]\ncontrol: 5432", "port 5432 must answer, and must be closed");
  mistake("open: [80]\nclosed_as: refused", "this belongs to ports that must be closed");
  mistake("open: [80]\nconnect_to: 10.0.0.1:80", "connect_to names one port");
  mistake("open: [80]\nhost: shop.example.com:80", "is not a host");
  mistake("open: [80]\nphase: during", "never runs while load runs");
  check_mistake("kind: ports\nopen: [80]", "may disturb its target", kTarget);
  check_mistake("kind: ports\nopen: [80]\nhost: other.example.com" + kDanger,
                "\"other.example.com\" is not in its list of hosts", kTarget);
}
