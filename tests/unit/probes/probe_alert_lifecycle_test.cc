// The way of an alert against a made-up Prometheus, Alertmanager and receiver, one second a poll.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/unit/probes/alert_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

const std::string kProbe =
    "kind: alert-lifecycle\nalert: QueueDeep\nprometheus: http://127.0.0.1:9090\nalertmanager: "
    "http://127.0.0.1:9093\n"
    "receiver: { listen: \"127.0.0.1:9099\", name: assay }\ninject: { http: { path: /fault, method: POST } "
    "}\n"
    "clear: { http: { path: /fault, method: DELETE } }\ndangerous: [127.0.0.1]\n";

Judgement followed(Story story, const std::string& more =
                                    "expect: { pending_within: 6s, firing_within: 8s, notified_within: 12s, "
                                    "resolved_within: 6s, resolved_notified_within: 12s }") {
  AlertWorld world(std::move(story));
  Judgement judgement = judged(made(kProbe + more), [&](const client::Ask& ask) { return world(ask); });
  CHECK_FALSE(world.fault_is_on());
  return judgement;
}

std::string says(Story story) { return summary(followed(std::move(story))); }

}  // namespace

TEST_CASE("alert-lifecycle: the whole way, with the time of each hop") {
  const Judgement judgement = followed({});
  INFO(summary(judgement));
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(fact(judgement, "notified").observed == "after 5s by receiver assay");
  CHECK(fact(judgement, "end notified").observed == "after 3s");
  CHECK(fact(judgement, "history").state == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: each state is kept with its moment") {
  const Judgement judgement = followed({});
  std::vector<std::string> all;
  for (const Milestone& milestone : judgement.milestones()) all.push_back(milestone.what);
  CHECK(all == std::vector<std::string>{"fault", "pending", "firing", "in Alertmanager", "notified",
                                        "fault taken back", "resolved", "end notified"});
  CHECK(judgement.milestones()[4].when - judgement.milestones()[0].when == std::chrono::seconds(5));
}

TEST_CASE("alert-lifecycle: the clock of Prometheus does not matter") {
  for (const int ahead : {0, 17, 1000}) {
    const Judgement judgement = followed({.clock_ahead_s = ahead});
    INFO(ahead, summary(judgement));
    CHECK(judgement.state() == ProbeState::pass);
    CHECK(fact(judgement, "pending").observed == fact(followed({}), "pending").observed);
  }
}

TEST_CASE("alert-lifecycle: a hop that does not come is named, and the next ones are not judged") {
  const Judgement never =
      followed({.pending = -1, .firing = -1, .managed = -1, .notified = -1, .value = "12"});
  CHECK(has(summary(never),
            "fail: pending: expected within 6s, got not at all: the condition was never true: its value is "
            "12 now, and must be > 1000"));
  CHECK(fact(never, "firing").state == ProbeState::skip);
  CHECK(has(says({.firing = -1, .managed = -1, .notified = -1}),
            "fail: firing: expected within 8s, got not at all: it is pending, and `for` is 2s"));
  CHECK(has(says({.pending = -1, .firing = -1, .managed = -1, .notified = -1, .flaps = 10}),
            "the condition did not hold for 2s"));
  CHECK(has(says({.managed = -1, .notified = -1}),
            "fail: in Alertmanager: expected within 12s, got not at all: it fires, and Alertmanager does not "
            "have it"));
  CHECK(has(says({.notified = -1}),
            "fail: notified: expected within 12s, got not at all: Alertmanager sends it to assay, and "
            "nothing came to 127.0.0.1:9099"));
  CHECK(has(says({.notified = -1, .receiver = "pager"}), "Alertmanager sends it to pager, not to assay"));
  CHECK(has(says({.notified = -1, .suppressed = R"("silencedBy":["abc"])"}), "silenced by abc"));
  CHECK(has(says({.notified = -1, .suppressed = R"("inhibitedBy":["def"])"}), "inhibited by def"));
}

TEST_CASE("alert-lifecycle: what brings the fault about may take long") {
  CHECK(fact(followed({.inject_takes_s = 30}), "notified").observed == "after 5s by receiver assay");
}

TEST_CASE("alert-lifecycle: late is a failure, and so is an end that does not come") {
  CHECK(has(says({.pending = 1, .firing = 3, .managed = 4, .notified = 11}), "pass"));
  CHECK(has(says({.pending = 7, .firing = 8, .managed = 9, .notified = 10}), "fail: pending"));
  CHECK(has(says({.inactive = -1, .told = -1}),
            "fail: resolved: expected within 6s, got not at all: it is still firing"));
  CHECK(has(says({.told = -1}), "fail: end notified: expected within 12s, got not at all: nothing came"));
}

TEST_CASE("alert-lifecycle: a server that goes away on the way is named") {
  CHECK(has(says({.managed = -1, .notified = -1, .manager_gone = 2}),
            "fail: in Alertmanager: expected within 12s, got not at all: it fires, and Alertmanager does not "
            "answer any more: refused: Connection refused"));
  CHECK(has(says({.notified = -1, .manager_gone = 5}),
            "fail: notified: expected within 12s, got not at all: Alertmanager does not answer any more"));
  CHECK(
      has(says({.told = -1, .manager_gone = 6}),
          "fail: end notified: expected within 12s, got not at all: Alertmanager does not answer any more"));
  CHECK(has(says({.firing = -1, .managed = -1, .notified = -1, .prometheus_gone = 0}),
            "fail: pending: expected within 6s, got not at all: Prometheus does not answer any more"));
  CHECK(has(says({.firing = -1, .managed = -1, .notified = -1, .prometheus_gone = 3}),
            "fail: firing: expected within 8s, got not at all: Prometheus does not answer any more"));
  CHECK(has(says({.prometheus_gone = 6}),
            "fail: resolved: expected within 6s, got not at all: Prometheus does not answer any more"));
}

TEST_CASE("alert-lifecycle: attempts of Alertmanager are counted once, and say why a message was late") {
  CHECK(has(says({.notified = -1, .failed_attempts = 4, .given_up = 3}),
            "notified: expected within 12s, got not at all: Alertmanager could not send it to assay: 4 "
            "attempts failed"));
  CHECK(has(says({.notified = -1, .given_up = 3}),
            "Alertmanager could not send it to assay: 3 attempts failed"));
  CHECK(
      has(says({.notified = 14, .failed_attempts = 4}),
          "fail: notified: expected within 12s, got after 14s by receiver assay; Alertmanager could not send "
          "it to assay at first: 4 attempts failed"));
  CHECK(followed({.failed_attempts = 4}).state() == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: an alert that is suppressed after it arrived") {
  CHECK(
      has(says({.told = -1, .suppressed = R"("inhibitedBy":["def"])"}),
          "fail: end notified: expected within 12s, got not at all: Alertmanager suppresses it: inhibited by "
          "def"));
}

TEST_CASE("alert-lifecycle: a group that waits for longer than the notification may take") {
  CHECK(has(says({.notified = -1, .group_wait = "30s"}),
            "nothing came to 127.0.0.1:9099; a new group waits for 30s (group_wait)"));
}

TEST_CASE("alert-lifecycle: what is too short for the polls is found in the history") {
  const std::string blip =
      says({.pending = 2, .firing = -1, .managed = -1, .notified = -1, .value = "12", .polls_see = false});
  CHECK(
      has(blip, "fail: firing: expected within 8s, got not at all: it was pending and then was not, 1 time"));
}

TEST_CASE("alert-lifecycle: an alert that falls back became pending with the first time") {
  const Story flapping{.pending = -1, .firing = -1, .managed = -1, .notified = -1, .flaps = 10};
  CHECK(fact(followed(flapping), "pending").state == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: an alert that is kept firing") {
  const auto with = [](const char* resolved) {
    return summary(followed({.inactive = 6, .told = 7, .kept_s = 5},
                            fmt::format("expect: {{ resolved_within: {} }}", resolved)));
  };
  CHECK(
      has(with("4s"),
          "error: alert QueueDeep: it cannot end within 4s: it keeps firing for 5s after its condition held "
          "last"));
  CHECK(has(with("7s"), "pass"));
  CHECK(followed({.inactive = 6, .told = 7, .kept_s = 5}, "").state() == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: an alert that ends while its condition holds is no recovery") {
  CHECK(has(says({.holds_on = true}),
            "fail: condition: expected over with the alert, got it holds still, with the value 5000"));
  CHECK(followed({}).state() == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: another story in the history is a failure") {
  CHECK(has(says({.history_shift_s = 30}), "fail: history"));
}

TEST_CASE("alert-lifecycle: pending too short") {
  CHECK(has(summary(followed({}, "expect: { min_pending: 5m }")),
            "fail: alert QueueDeep: expected pending for at least 5m, got it is pending for 2s by its rule, "
            "and 5m are expected"));
}

TEST_CASE("alert-lifecycle: a fault that fails, or stays") {
  CHECK(has(says({.inject_status = 500}), "error: inject: status 500"));
  AlertWorld world({.clear_status = 500});
  CHECK(has(summary(judged(made(kProbe), [&](const client::Ask& ask) { return world(ask); })),
            "fail: clear: expected the fault taken back, got status 500"));
}

TEST_CASE("alert-lifecycle: what is broken off takes the fault back") {
  AlertWorld world({.pending = -1, .firing = -1});
  const Probe probe = made(kProbe);
  const auto course = probe.kind->begin(probe);
  CHECK(course->undo().empty());
  std::vector<Exchange> latest;
  const auto answer = [&](const std::vector<client::Ask>& asks) {
    latest.clear();
    for (const client::Ask& ask : asks)
      latest.push_back(
          {ask, std::holds_alternative<client::PauseAsk>(ask.what) ? client::Answer{} : world(ask)});
  };
  for (int round = 0; round < 3; ++round) answer(course->next(latest));
  CHECK(world.fault_is_on());
  answer(course->undo());
  course->undone(latest);
  CHECK_FALSE(world.fault_is_on());
  CHECK(summary(course->judge()) ==
        "error: alert QueueDeep: it was broken off, and the fault was taken back");
  CHECK(course->undo().empty());
}

TEST_CASE("alert-lifecycle: what the reviewed rule makes impossible is refused before anything is sent") {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("assay-lifecycle-{}.yaml", getpid());
  std::ofstream(path) << "groups: [ { name: shop, rules: [ { alert: QueueDeep, for: 5m, expr: "
                         "'sum(rate(bad[5m])) / sum(rate(all[5m])) > 0.05' } ] } ]\n";
  const std::string common =
      "kind: alert-lifecycle\nalert: QueueDeep\nprometheus: http://127.0.0.1:9090\nalertmanager: "
      "http://127.0.0.1:9093\ndangerous: [127.0.0.1]\nrules_file: " +
      path.string() + "\n";
  const auto refused = [&](const std::string& keys) { return staged(common + keys).errors; };
  CHECK(has(
      refused("inject: { requests: { path: /fail, rate: 5/s, error_ratio: 50% } }\nexpect: { firing_within: "
              "5m }"),
      "it cannot fire within 5m: a share of 50% exceeds 5% after 30s of the window of 5m, then it is pending "
      "for 5m, so 5m30s at least"));
  CHECK(has(refused("inject: { requests: { path: /fail, rate: 5/s, error_ratio: 3% } }"),
            "a share of 3% never exceeds the threshold of 5%"));
  CHECK(has(refused("inject: alert\nexpect: { min_pending: 10m }"),
            "it is pending for 5m by its rule, and 10m are expected"));
  CHECK(
      refused(
          "inject: { requests: { path: /fail, rate: 5/s, error_ratio: 50% } }\nexpect: { firing_within: 6m }")
          .empty());
  std::filesystem::remove(path);
}
