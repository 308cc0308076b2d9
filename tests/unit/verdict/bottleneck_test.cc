#include "verdict/bottleneck.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "measured_run.h"

using namespace assay;
using namespace assay::verdict;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kRate = 1000;

// Thirty seconds of one arm at 1,000 arrivals per second, all of them started and answered at once, by two
// workers on four cores that are busy for a third of the time.
class LoadedRun {
 public:
  explicit LoadedRun(bool open_model = true) : run(30, false) {
    RunResult& facts = run.facts();
    facts.load.front().open_model = open_model;
    facts.load.front().max_in_flight = open_model ? 50 : 0;
    facts.environment.cores = 4;
    facts.targets.front().connections_opened = 20;
    GeneratorHealth& health = facts.health;
    health.workers = 2;
    health.max_in_flight = facts.load.front().max_in_flight;
    for (std::uint32_t i = 0; i < 30; ++i) {
      HealthSecond second{
          .second = i, .started = kRate, .completed = kRate, .in_flight = 20, .cpu_ratio = 0.6};
      if (open_model) second.intended = kRate;
      second.busiest_worker_ratio = 0.33;
      second.run_delay_ratio = 0.02;
      second.lag_p99 = second.lag_max = 1ms;
      second.machine = {1.2, 0.0, 5000, 2, 30, std::nullopt};
      health.seconds.push_back(second);
      service(i, 20ms);
    }
    health.dispatch_lag.record(100'000, 30'000);
    count_up();
  }

  HealthSecond& at(std::uint32_t second) { return run.facts().health.seconds.at(second); }
  GeneratorHealth& health() { return run.facts().health; }
  Environment& environment() { return run.facts().environment; }

  // In [from, until): three in four arrivals found no user, and the others ran as fast as before.
  void exhaust(std::uint32_t from, std::uint32_t until) {
    for (std::uint32_t i = from; i < until; ++i) {
      at(i).waited = 750;
      at(i).started = at(i).completed = 250;
    }
    count_up();
  }

  void late(std::uint32_t from, std::uint32_t until, Nanos lag) {
    for (std::uint32_t i = from; i < until; ++i) {
      at(i).lag_p99 = at(i).lag_max = lag;
      health().dispatch_lag.record(lag.count(), kRate);
    }
  }

  void service(std::uint32_t second, Nanos time, Arm arm = Arm::candidate) {
    for (const std::uint32_t slot : {second * 2, second * 2 + 1})
      run.add({.arm = arm, .slot = slot, .response_time = time, .service_time = time}, 500);
  }

  void count_up() {
    health().intended = health().started = health().waited = 0;
    for (const HealthSecond& second : health().seconds) {
      health().intended += second.intended;
      health().started += second.started;
      health().waited += second.waited;
    }
  }

  std::vector<Limit> limits() const { return find_limits(run.result()); }

  MeasuredRun run;
};

Limit only_limit(const LoadedRun& run) {
  const auto limits = run.limits();
  REQUIRE(limits.size() == 1);
  return limits.front();
}

}  // namespace

TEST_CASE("limits: a sound run has none, in either model") {
  CHECK(LoadedRun().limits().empty());
  CHECK(LoadedRun(false).limits().empty());
  CHECK(find_limits(RunResult{}).empty());
}

TEST_CASE("limits: what does not hold a run back is not mentioned") {
  LoadedRun busy;  // all CPU, and no arrival was late
  for (HealthSecond& second : busy.health().seconds) second.busiest_worker_ratio = 1;
  CHECK(busy.limits().empty());

  LoadedRun burst;
  burst.at(7).waited = 40;   // few of their second
  burst.at(8).waited = 200;  // few of the run
  burst.count_up();
  CHECK(burst.limits().empty());

  LoadedRun late_once;
  late_once.at(7).lag_p99 = late_once.at(7).lag_max = 40ms;
  late_once.at(7).run_delay_ratio = 0.5;
  CHECK(late_once.limits().empty());

  LoadedRun noisy;
  for (HealthSecond& second : noisy.health().seconds) {
    second.run_delay_ratio = 0.6;
    second.machine.steal_ratio = 0.3;
  }
  CHECK(noisy.limits().empty());

  LoadedRun stall;  // the target stood still, and there were users enough
  for (const std::uint32_t second : {10U, 11U, 12U}) {
    stall.service(second, 3s);
    stall.at(second).completed = 0;
    stall.at(second).in_flight = 1000 * (second - 9);
  }
  CHECK(stall.limits().empty());
}

TEST_CASE("limits: late dispatches from a busy worker name its CPU and propose workers") {
  LoadedRun run;
  run.late(3, 12, 400ms);
  for (std::uint32_t i = 3; i < 12; ++i) run.at(i).busiest_worker_ratio = 0.99;
  const Limit limit = only_limit(run);
  CHECK(sentence(limit) ==
        "own CPU (one worker used 99 % of its core from 3 s to 12 s); run with `--workers 3`");
  CHECK(limit.resource == Resource::own_cpu);
  CHECK(limit.from == 3s);
  CHECK(limit.until == 12s);
}

TEST_CASE(
    "limits: as many workers are proposed as were asked for, and machines when the cores are not enough") {
  LoadedRun run;
  run.late(0, 30, 400ms);
  for (HealthSecond& second : run.health().seconds) {
    second.busiest_worker_ratio = 1;
    second.started = second.completed = 250;
  }
  run.count_up();
  CHECK(only_limit(run).advice ==
        "run with `--workers 4`, and since that is not enough share the load between 2 machines "
        "(`--segment K/2`)");
  run.health().workers = 4;
  CHECK(only_limit(run).advice ==
        "offer at most 250/s, or share the load between 4 machines (`--segment K/4`)");
  run.health().workers = 3;
  for (HealthSecond& second : run.health().seconds) second.machine.cpu_ratio = 3.9;
  CHECK(
      only_limit(run).advice ==
      "offer at most 250/s, or share the load between 4 machines (`--segment K/4`); its other cores are busy "
      "too");
}

TEST_CASE("limits: the advice for a merged run is for each machine") {
  LoadedRun run;
  run.late(3, 12, 400ms);
  for (std::uint32_t i = 3; i < 12; ++i) run.at(i).busiest_worker_ratio = 0.99;
  run.health().machines = 2;
  CHECK(only_limit(run).advice == "run with `--workers 2` on each machine");
}

TEST_CASE("limits: arrivals that wait for a worker at its end are not the target's") {
  LoadedRun run;
  run.exhaust(4, 20);
  for (std::uint32_t i = 4; i < 20; ++i) run.at(i).busiest_worker_ratio = 0.97;
  CHECK(only_limit(run).resource == Resource::own_cpu);
  const RunResult result = run.run.result();
  CHECK(overload_of(result).waited_for_worker == 16 * 750);
}

TEST_CASE("limits: a worker that shares its core and would need more than a whole one is told both") {
  LoadedRun run;
  run.exhaust(4, 20);
  for (std::uint32_t i = 4; i < 20; ++i) {
    run.at(i).busiest_worker_ratio = 0.6;
    run.at(i).run_delay_ratio = 0.45;
  }
  const auto limits = run.limits();
  REQUIRE(limits.size() == 2);
  CHECK(limits[0].resource == Resource::own_cpu);
  CHECK(limits[0].evidence ==
        "one worker used 60 % of a core and waited for it 40 % of the time from 4 s to 20 s; a whole core "
        "would "
        "not do");
  CHECK(limits[1].resource == Resource::machine);
}

TEST_CASE("limits: late dispatches of a worker that had to wait for a core are other work on this machine") {
  LoadedRun run;
  run.late(5, 9, 60ms);
  for (std::uint32_t i = 5; i < 9; ++i) {
    run.at(i).run_delay_ratio = 0.2;
    run.at(i).machine.cpu_ratio = 4.0;
  }
  run.at(5).machine.cpu_ratio = std::nullopt;  // not told is not idle
  CHECK(sentence(only_limit(run)) ==
        "other work on this machine (a worker waited for a core 20 % of the time, everything but the workers "
        "used 3.4 of 4 cores from 5 s to 9 s); stop what else runs there, lift a CPU limit of the container, "
        "or "
        "run assay on a machine of its own");
  run.health().workers = 4;
  CHECK(only_limit(run).advice ==
        "leave a core free with `--workers 3`, or run assay on a machine of its own");
}

TEST_CASE("limits: cores that the hypervisor gave to others") {
  LoadedRun run;
  run.late(5, 9, 60ms);
  for (std::uint32_t i = 5; i < 9; ++i) run.at(i).machine.steal_ratio = 0.12;
  const Limit limit = only_limit(run);
  CHECK(limit.resource == Resource::machine);
  CHECK(limit.evidence.find("the hypervisor gave 12 % of the cores to others") != std::string::npos);
  CHECK(limit.advice == "run on a machine whose cores are not shared with others");
}

TEST_CASE("limits: lateness that no number explains has no limit") {
  LoadedRun run;
  run.late(5, 9, 60ms);
  for (std::uint32_t i = 5; i < 9; ++i) run.at(i).run_delay_ratio = std::nullopt;
  CHECK(run.limits().empty());
}

TEST_CASE("limits: a closed run with busy workers says that its times include their queueing") {
  LoadedRun run(false);
  run.at(4).busiest_worker_ratio = 1;
  CHECK(run.limits().empty());  // one second is not the run
  for (std::uint32_t i = 3; i < 30; ++i) run.at(i).busiest_worker_ratio = 0.99;
  CHECK(
      sentence(only_limit(run)) ==
      "own CPU (one worker used 99 % of its core from 3 s to 30 s; response times include its own queueing); "
      "run with `--workers 4`");
  run.health().polling = true;
  CHECK(run.limits().empty());
}

TEST_CASE("limits: a closed run whose workers had to share their cores says so") {
  LoadedRun run(false);
  for (std::uint32_t i = 3; i < 30; ++i) {
    run.at(i).busiest_worker_ratio = 0.55;
    run.at(i).run_delay_ratio = 0.4;
  }
  const Limit limit = only_limit(run);
  CHECK(limit.resource == Resource::machine);
  CHECK(limit.evidence.find("from 3 s to 30 s; response times include its own queueing") !=
        std::string::npos);
}

TEST_CASE("limits: users that run out while service times stay are too few, and Little's law says how many") {
  LoadedRun run;
  run.exhaust(10, 20);
  // 50 users started 250/s: an iteration takes 200 ms, so 1,000/s need 200 of them, and three standard
  // deviations more.
  CHECK(
      sentence(only_limit(run)) ==
      "max_in_flight (all 50 virtual users were busy and 75 % of the arrivals waited for one from 10 s to 20 "
      "s; the candidate's service times did not rise (20ms)); set `max_in_flight: 250` in the gate file: "
      "1000/s at 200ms an iteration keep 200 users busy");
}

TEST_CASE("limits: a busy machine does not explain arrivals that wait while the workers have little to do") {
  LoadedRun run;
  run.exhaust(10, 20);
  for (std::uint32_t i = 10; i < 20; ++i) {
    run.at(i).machine.steal_ratio = 0.2;
    run.at(i).run_delay_ratio = 0.3;
  }
  CHECK(only_limit(run).resource == Resource::max_in_flight);
}

TEST_CASE("limits: without a calm second nobody knows whether the target slowed down") {
  LoadedRun run;
  run.exhaust(0, 30);
  const Limit limit = only_limit(run);
  CHECK(limit.resource == Resource::max_in_flight);
  CHECK(limit.evidence.find("no calm second shows whether service times rose") != std::string::npos);
  CHECK(limit.advice.find("if its times rise then, the target is the limit") != std::string::npos);
}

TEST_CASE("limits: service times that rise with the load are the target's end, at the rate it reached") {
  LoadedRun run;
  run.exhaust(10, 20);
  for (std::uint32_t i = 10; i < 20; ++i) run.service(i, 200ms), run.service(i, 200ms);
  run.at(19).completed += 600;  // aborted when the run ended: not what the target can do
  run.at(19).unanswered = 600;
  run.at(19).started += 600;
  run.count_up();
  CHECK(sentence(only_limit(run)) ==
        "target (the median service time of the candidate rose from 20ms to 200ms and 75 % of the arrivals "
        "waited for a virtual user from 10 s to 20 s; at most 250 requests/s were answered); offer at most "
        "250/s, or give the target more capacity; a larger max_in_flight would only lengthen its queue");
}

TEST_CASE("limits: the arm whose service times rose is named") {
  LoadedRun run;
  TargetFacts baseline;
  baseline.arm = Arm::baseline;
  run.run.facts().targets.push_back(baseline);
  for (std::uint32_t i = 0; i < 30; ++i) run.service(i, 20ms, Arm::baseline);
  run.exhaust(10, 20);
  for (std::uint32_t i = 10; i < 20; ++i) run.service(i, 300ms), run.service(i, 300ms);
  const Limit limit = only_limit(run);
  CHECK(limit.evidence.find("service time of the candidate rose from 20ms to 300ms") != std::string::npos);
  CHECK(limit.evidence.find("by both arms together") != std::string::npos);
}

TEST_CASE("limits: a target that falls behind is named before its users run out") {
  LoadedRun run;
  for (std::uint32_t i = 20; i < 30; ++i) {
    run.at(i).completed = 900;
    run.at(i).in_flight = 20 + 100 * (i - 19);
    run.service(i, 500ms), run.service(i, 500ms);
  }
  const Limit limit = only_limit(run);
  CHECK(limit.resource == Resource::target);
  CHECK(limit.from == 20s);
  CHECK(limit.until == 30s);
  CHECK(limit.evidence.find("at most 900 requests/s were answered") != std::string::npos);
}

TEST_CASE("limits: each load phase has its own users") {
  LoadedRun run;
  auto& load = run.run.facts().load;
  load.push_back(load.front());
  load[0].end = load[1].start = 15s;
  load[1].max_in_flight = 80;
  run.exhaust(3, 9);
  run.exhaust(18, 28);
  const auto limits = run.limits();
  REQUIRE(limits.size() == 2);
  CHECK(limits[0].evidence.find("all 80 virtual users") == 0);  // it held longer
  CHECK(limits[1].evidence.find("all 50 virtual users") == 0);
}

TEST_CASE("limits: a full link") {
  LoadedRun run;
  run.health().link = LinkFacts{"eth0", 10'000'000'000};
  for (std::uint32_t i = 5; i < 25; ++i) run.at(i).machine.link_ratio = 0.96;
  CHECK(only_limit(run).evidence == "eth0 carried 96 % of its 10 Gbit/s from 5 s to 25 s");
  for (std::uint32_t i = 5; i < 25; ++i) run.at(i).machine.link_ratio = 0.7;
  CHECK(run.limits().empty());
}

TEST_CASE(
    "limits: lost segments count where the run suffered from them, and not on this machine's own loop") {
  LoadedRun run(false);
  for (HealthSecond& second : run.health().seconds) second.machine.segments_retransmitted = 200;
  CHECK(run.limits().empty());
  run.health().link = LinkFacts{"eth0", 0};
  const Limit limit = only_limit(run);
  CHECK(limit.resource == Resource::network);
  CHECK(limit.evidence == "4 % of this machine's TCP segments had to be sent again from 0 s to 30 s");

  LoadedRun open;
  open.health().link = LinkFacts{"eth0", 0};
  for (HealthSecond& second : open.health().seconds) second.machine.segments_retransmitted = 200;
  CHECK(open.limits().empty());
}

TEST_CASE("limits: local ports that ran out come first, with what keeps them") {
  LoadedRun run;
  run.exhaust(2, 28);
  run.run.facts().targets.front().connections_opened = 30'000;
  run.health().local_ports = 28'232;
  run.run.add({.slot = 30, .outcome = Outcome::no_local_port, .status_class = 0}, 700);
  for (const std::uint32_t second : {14U, 15U, 17U}) {
    run.at(second).no_port = 300;
    run.at(second).machine.time_wait = 28'200;
  }
  const auto limits = run.limits();
  REQUIRE(limits.size() == 2);
  CHECK(
      sentence(limits.front()) ==
      "local ports (no local port was left for 700 requests: there are 28,232 to each address, 28,200 ended "
      "connections still keep one (TIME_WAIT) in 3 of the seconds from 14 s to 18 s); keep connections open "
      "(`connections: pooled` in place of `fresh`), widen net.ipv4.ip_local_port_range, or give the target "
      "more addresses");
  run.run.facts().targets.front().connections_opened = 50;
  CHECK(run.limits().front().advice ==
        "widen net.ipv4.ip_local_port_range, or give the target more addresses");
}

TEST_CASE("limits: ports that ran out in the warm-up are told, and blamed for no judged request") {
  LoadedRun run;
  run.at(1).no_port = 10;
  CHECK(only_limit(run).evidence.find("no local port was left for requests of the warm-up") == 0);
  CHECK(unsent_for_want_of(run.run.result(), Outcome::no_local_port) == 0);
}

TEST_CASE("limits: a target that was never connected to did not use up the ports") {
  LoadedRun run;
  run.run.facts().targets.front().connections_opened = 0;
  run.run.add({.slot = 30, .outcome = Outcome::no_local_port, .status_class = 0}, 700);
  run.at(1).no_port = 700;
  CHECK(run.limits().empty());
}

TEST_CASE("limits: file descriptors are proposed twice as many, and enough for all users") {
  LoadedRun run;
  run.run.add({.slot = 30, .outcome = Outcome::no_file, .status_class = 0}, 9);
  run.at(15).no_file = 9;
  run.at(15).sockets = 800;
  run.environment().file_limit = 1024;
  CHECK(sentence(only_limit(run)) ==
        "file descriptors (no file descriptor was left for 9 requests, with 800 connections open from 15 s "
        "to 16 "
        "s); allow more with `ulimit -n 2048`");
  run.health().max_in_flight = 5000;
  CHECK(only_limit(run).advice == "allow more with `ulimit -n 8192`");
}
