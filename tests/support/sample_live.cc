#include "tests/support/sample_live.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;

LiveArm arm_at(int second, Nanos p50, bool stalls) {
  LiveArm arm;
  arm.requests = static_cast<std::uint64_t>(second) * 99;
  arm.errors = stalls ? static_cast<std::uint64_t>(second) / 3 : 0;
  const Nanos tail = p50 * 3 + std::chrono::milliseconds(second * 7 % 11);
  arm.p50 = p50;
  arm.p95 = stalls && second >= 130 && second < 133 ? 225ms : tail;
  arm.p99 = arm.p95 * 3 / 2;
  return arm;
}

LiveSnapshot second_of(int second) {
  LiveSnapshot snapshot;
  snapshot.elapsed = std::chrono::seconds(second);
  snapshot.planned = 5min;
  snapshot.has_baseline = true;
  snapshot.intended_last_second = 200;
  snapshot.started_last_second = 198;
  snapshot.completed_last_second = 396;
  snapshot.in_flight = 14;
  snapshot.waiting = 3;
  snapshot.shed = 2;
  snapshot.arms[static_cast<std::size_t>(Arm::candidate)] = arm_at(second, 14100us, true);
  snapshot.arms[static_cast<std::size_t>(Arm::baseline)] = arm_at(second, 11800us, false);
  return snapshot;
}

LiveProbe probe(std::string name, std::optional<ProbeState> state, std::string words, std::uint64_t ticks = 0,
                std::uint64_t failed = 0) {
  LiveProbe probe;
  probe.name = std::move(name);
  probe.kind = "http";
  probe.state = state;
  probe.words = std::move(words);
  probe.ticks = ticks;
  probe.failed = failed;
  return probe;
}

}  // namespace

LiveRun sample_live() {
  LiveRun run;
  run.gate = "invoices-canary";
  run.started_utc = "2026-02-14T09:00:00.125Z";
  run.seed = 42;
  for (int second = 1; second <= 150; ++second) run.past.push_back(second_of(second));
  run.now = run.past.back();
  run.probes = {probe("tls", ProbeState::pass, ""),
                probe("ready", ProbeState::pass, "", 150, 3),
                probe("api", ProbeState::fail, "new connections: refused", 150, 12),
                probe("names", ProbeState::error, "no reply within 5s"),
                probe("HighErrorRate", std::nullopt, "pending"),
                probe("backup", std::nullopt, "")};
  run.looks = {{.number = 1, .of = 4, .fraction = 0.25, .pass_bound = 0.0001, .fail_bound = 0.002},
               {.number = 2,
                .of = 4,
                .fraction = 0.5,
                .pass_bound = 0.0056,
                .fail_bound = 0.019,
                .pass_spent = 0.006,
                .fail_spent = 0.02,
                .p_pass = 0.02,
                .p_fail = 0.4}};
  run.standing = "look 2 of 4: undecided";
  run.next_look = 225s;
  return run;
}

LiveRun hostile_live() {
  std::string words =
      "\x1b[2J\x1b]0;owned\x07::error::x ##[error]y \u202E\u0085 注文 😀 \xff\xc3 </script><b> ]]> ";
  for (int i = 0; i < 3; ++i) words += words;
  LiveRun run = sample_live();
  run.gate = run.standing = words;
  for (LiveProbe& each : run.probes) each.name = each.words = each.kind = words;
  for (int i = 0; i < 4; ++i) run.probes.insert(run.probes.end(), run.probes.begin(), run.probes.end());
  run.now.arms[0].errors = run.now.arms[0].requests = ~std::uint64_t{0};
  run.now.completed_last_second = run.now.in_flight = run.now.shed = ~std::uint64_t{0};
  run.now.arms[0].p95 = run.now.arms[0].p99 = std::chrono::hours(100'000);
  run.past.back() = run.now;
  return run;
}

}  // namespace assay::test_support
